// podsec-psa is the reference: kubernetes/pod-security-admission and the API server's own decoding, defaulting,
// pod strategy and validation, linked from the pinned modules. It judges; nothing in it is a reimplementation,
// but for the list of check ids per version, which the evaluator does not tell (see judge.go).
package main

import (
	"fmt"
	"os"
)

var commands = map[string]func(args []string) error{
	"judge":    judgeCommand,
	"default":  defaultCommand,
	"validate": validateCommand,
	"update":   updateCommand,
	"fixtures": fixturesCommand,
	"controls": controlsCommand,
	"schema":   schemaCommand,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: podsec-psa judge|default|validate|update|fixtures|controls|schema [flags]")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "podsec-psa %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
