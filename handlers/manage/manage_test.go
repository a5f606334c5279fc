package manage_test

import (
	"testing"

	"weerklank.nl/weerklank/handlers/manage"
	"weerklank.nl/weerklank/handlers/page/pagetest"
)

func TestEveryPageFits(t *testing.T) {
	k := pagetest.Kit(t, nil)
	manage.Mount(k.Pages(k.Router()), k, manage.Deps{})
	pagetest.EveryViewFills(t, k)
}
