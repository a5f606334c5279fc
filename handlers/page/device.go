package page

import "strings"

// deviceOf says coarsely what a browser is, from what it says of itself, so that
// people recognise where they are signed in. Nothing more of it is kept, and it goes
// by the names that makers use, so it needs no translation.
func deviceOf(agent string) string {
	first := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser := first([2]string{"Edg/", "Edge"}, [2]string{"Firefox/", "Firefox"}, [2]string{"FxiOS/", "Firefox"}, [2]string{"OPR/", "Opera"},
		[2]string{"SamsungBrowser/", "Samsung Internet"}, [2]string{"CriOS/", "Chrome"}, [2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := first([2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"},
		[2]string{"CrOS", "ChromeOS"}, [2]string{"Mac OS X", "Mac"}, [2]string{"Linux", "Linux"})
	return strings.Trim(browser+", "+system, ", ")
}
