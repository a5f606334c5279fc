package bench

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Ceiling is a bare Gin server: for every survey it answers the same page and
// equally many bytes of thanks from memory. It parses the body of a POST, looks at
// nothing in it and stores nothing.
func Ceiling(question, thanks []byte) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	const html = "text/html; charset=utf-8"
	r.GET("/readyz", func(c *gin.Context) { c.Status(http.StatusOK) })
	r.GET("/s/:slug", func(c *gin.Context) { c.Data(http.StatusOK, html, question) })
	r.POST("/s/:slug", func(c *gin.Context) {
		if err := c.Request.ParseForm(); err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		c.Data(http.StatusOK, html, thanks)
	})
	return r
}
