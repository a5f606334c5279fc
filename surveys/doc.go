// Package surveys holds the words that everything else in Weerklank shares: the
// organisation and its people, the survey with its promise, its ways in and its
// privacy mode. The packages below it follow the loop ask, answer, learn, decide,
// tell, train. None of them knows SQL, HTTP, the clock or chance: moments and
// random keys are given to them.
package surveys
