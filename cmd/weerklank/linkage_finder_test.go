package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
)

// finder looks for many things at once: as they are, in hexadecimal and in base64.
type finder struct {
	tokens map[string]bool
	starts [1 << 16]bool // of the first two bytes
	by     map[uint32][]spelling
}

type spelling struct {
	token string
	bytes []byte
}

func newFinder() *finder { return &finder{tokens: map[string]bool{}, by: map[uint32][]spelling{}} }

func (f *finder) add(token string, is []byte) {
	f.tokens[token] = true
	for _, form := range [][]byte{is, []byte(hex.EncodeToString(is)), []byte(base64.StdEncoding.EncodeToString(is))} {
		f.starts[binary.LittleEndian.Uint16(form)] = true
		at := binary.LittleEndian.Uint32(form)
		f.by[at] = append(f.by[at], spelling{token, form})
	}
}

func (f *finder) find(content []byte, seen func(token string, at int)) {
	for at := 0; at+8 <= len(content); at++ {
		if !f.starts[uint16(content[at])|uint16(content[at+1])<<8] {
			continue
		}
		for _, w := range f.by[binary.LittleEndian.Uint32(content[at:])] {
			if bytes.HasPrefix(content[at:], w.bytes) {
				seen(w.token, at)
			}
		}
	}
}
