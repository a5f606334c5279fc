package page_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

// served serves a page at /x over a real connection. When the server has ended, all
// of its pages have, and the log says what there was to say.
func served(t *testing.T, x func(*gin.Context) error) (*httptest.Server, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	k := pagetest.LoggedKit(t, log)
	r := k.Router()
	k.Pages(r).GET("/x", k.Handle(x))
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s, log
}

func TestAVisitorWhoLeavesInTheMiddleIsNoFault(t *testing.T) {
	for name, x := range map[string]func(*gin.Context) error{
		"while a file is written": func(c *gin.Context) error {
			for row := bytes.Repeat([]byte("regel;"), 1000); ; {
				if _, err := c.Writer.Write(row); err != nil {
					return fmt.Errorf("write figures: %w", err)
				}
			}
		},
		"before SQLite answered": func(c *gin.Context) error {
			c.Writer.Flush()
			<-c.Request.Context().Done()
			return fmt.Errorf("find survey: %w", context.Cause(c.Request.Context()))
		},
		"before PostgreSQL answered, which says only that it stopped": func(c *gin.Context) error {
			c.Writer.Flush()
			<-c.Request.Context().Done()
			return fmt.Errorf("find survey: %w", surveys.ErrBusy)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, log := served(t, x)
			resp, err := http.Get(s.URL + "/x")
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close() // hangs up
			s.Close()             // waits for the page
			if log.Len() > 0 {
				t.Errorf("the log says: %s", log)
			}
		})
	}
}

func TestHalfAFileDoesNotLookLikeAWholeOne(t *testing.T) {
	s, log := served(t, func(c *gin.Context) error {
		_, _ = c.Writer.WriteString("de helft")
		c.Writer.Flush()
		return errors.New("the rest cannot be read")
	})
	resp, err := http.Get(s.URL + "/x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("the file ends as if it were whole")
	}
	_ = resp.Body.Close()
	s.Close()
	if !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("the log says: %s", log)
	}
}

func TestWhatPanicsIsAFaultAlsoWhenTheVisitorLeft(t *testing.T) {
	s, log := served(t, func(c *gin.Context) error {
		c.Writer.Flush()
		<-c.Request.Context().Done()
		var list []int
		_ = list[len(c.Request.Host)]
		return nil
	})
	resp, err := http.Get(s.URL + "/x")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	s.Close()
	if !strings.Contains(log.String(), "index out of range") {
		t.Errorf("the log says: %s", log)
	}
}
