package surveys_test

import (
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestAddressesOfOneNetworkCountTogether(t *testing.T) {
	for address, want := range map[string][2]string{
		"192.0.2.7":           {"192.0.2.0/24", "192.0.2.0/24"},
		"::ffff:192.0.2.200":  {"192.0.2.0/24", "192.0.2.0/24"},
		"2001:db8:1:2:3::4":   {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"fe80::1%eth0":        {"fe80::/64", "fe80::/48"},
		"2001:db8:1:2:ffff::": {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"":                    {}, "192.0.2.7:80": {}, "thuis": {},
	} {
		if got := [2]string{surveys.NetworkOf(address, surveys.OneHome), surveys.NetworkOf(address, surveys.OneOffice)}; got != want {
			t.Errorf("%q is of %q, want %q", address, got, want)
		}
	}
}
