//go:build ignore

// Writes what Go's strconv.Quote (fmt's %q) does, as data for quote.test.ts:
//
//	go run test/evaluate/go-quote.go > test/evaluate/go-quote.jsonl
//
// The first line has the runs of code points that stand for themselves, each other one a text and how it is quoted.
package main

import (
	"encoding/json"
	"os"
	"strconv"
	"unicode"
)

type sample struct {
	Text   string `json:"text"`
	Quoted string `json:"quoted"`
}

func main() {
	// First and last code point of each run.
	var printable [][2]rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !strconv.IsPrint(r) {
			continue
		}
		if n := len(printable); n > 0 && printable[n-1][1] == r-1 {
			printable[n-1][1] = r
		} else {
			printable = append(printable, [2]rune{r, r})
		}
	}
	texts := []string{
		"", "plain", "runtime/default", "a \"quoted\" word", `back\slash`, "'", "`", "localhost/ü", "日本語", "😀",
		"line\nbreak", "tab\tstop", "\r\n", "\a\b\f\v", "\x00", "\x1b[31m", "\x7f", "\u0080", "\u0085", "\u00a0", "\u00ad",
		"e\u0301", "\u200b", "\u200d", "\u2028", "\u2029", "\u202e", "\u3000", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\ue000",
		"\U000e0001", "\U0010ffff", "\U0001f9ff\U0001fae9", "\u0378", "\u1c89", "a\x00b\u00a0c😀\"",
	}
	for r := rune(0); r < 0x180; r++ {
		texts = append(texts, string(r))
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	write(out, map[string]any{"unicode": unicode.Version, "printable": printable})
	for _, text := range texts {
		write(out, sample{text, strconv.Quote(text)})
	}
}

func write(out *json.Encoder, value any) {
	if err := out.Encode(value); err != nil {
		panic(err)
	}
}
