package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
)

const assetPath = "/static/"

// asset is one static file as it is served: under a name that holds the hash of
// its content, so that browsers may keep it for good.
type asset struct {
	contentType string
	plain, gzip []byte
}

type assets struct {
	addresses map[string]string // "weerklank.css" → "/static/weerklank.1a2b3c4d.css"
	files     map[string]asset  // by the last part of the address
}

// cssFiller is what a stylesheet holds for its readers: comments, and the line
// breaks between its rules with the indentation after them.
var cssFiller = regexp.MustCompile(`(?s)/\*.*?\*/|\n\s*`)

func readAssets(files fs.FS) (*assets, error) {
	a := &assets{addresses: map[string]string{}, files: map[string]asset{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		ext := path.Ext(name)
		if ext == ".css" {
			content = cssFiller.ReplaceAll(content, nil)
		}
		sum := sha256.Sum256(content)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		a.addresses[name] = assetPath + hashed
		a.files[hashed] = asset{contentType: mime.TypeByExtension(ext), plain: content, gzip: compressed(content, gzip.BestCompression)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	return a, nil
}

// address is where the named file is served. A name that does not exist is an
// error, so that a template with a mistake stops the program at start or in a test.
func (a *assets) address(name string) (string, error) {
	address, ok := a.addresses[name]
	if !ok {
		return "", fmt.Errorf("static file %q does not exist", name)
	}
	return address, nil
}

func (a *assets) serve(c *gin.Context) {
	file, ok := a.files[c.Param("name")]
	h := c.Writer.Header()
	if !ok {
		h.Set("Cache-Control", "no-store")
		c.Status(http.StatusNotFound)
		return
	}
	h.Set("Content-Type", file.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Add("Vary", "Accept-Encoding")
	body := file.plain
	if acceptsGzip(c.Request) {
		h.Set("Content-Encoding", "gzip")
		body = file.gzip
	}
	http.ServeContent(c.Writer, c.Request, "", noModTime, bytes.NewReader(body))
}
