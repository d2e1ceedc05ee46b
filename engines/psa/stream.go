package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"runtime"
	"sync"
)

const batchSize = 256

// stream maps each line of stdin to a line of stdout, in order, on all cores. Empty lines are skipped.
func stream(line func(in []byte, out *bytes.Buffer) error) error {
	type batch struct {
		lines [][]byte
		out   bytes.Buffer
		err   error
		done  chan struct{}
	}
	ordered := make(chan *batch, 2*runtime.GOMAXPROCS(0))
	work := make(chan *batch, 2*runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for b := range work {
				for _, in := range b.lines {
					if b.err = line(in, &b.out); b.err != nil {
						break
					}
					b.out.WriteByte('\n')
				}
				close(b.done)
			}
		}()
	}
	var readErr error
	go func() {
		defer close(ordered)
		defer close(work)
		reader := bufio.NewReaderSize(os.Stdin, 1<<20)
		send := func(lines [][]byte) {
			b := &batch{lines: lines, done: make(chan struct{})}
			ordered <- b
			work <- b
		}
		var lines [][]byte
		for {
			raw, err := reader.ReadBytes('\n')
			if raw = bytes.TrimSpace(raw); len(raw) > 0 {
				lines = append(lines, raw)
			}
			if len(lines) == batchSize {
				send(lines)
				lines = nil
			}
			if err != nil {
				if err != io.EOF {
					readErr = err
				}
				break
			}
		}
		if len(lines) > 0 {
			send(lines)
		}
	}()
	writer := bufio.NewWriterSize(os.Stdout, 1<<20)
	for b := range ordered {
		<-b.done
		if b.err != nil {
			return b.err
		}
		if _, err := writer.Write(b.out.Bytes()); err != nil {
			return err
		}
	}
	workers.Wait()
	if readErr != nil {
		return readErr
	}
	return writer.Flush()
}
