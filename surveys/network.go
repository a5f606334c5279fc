package surveys

import "net/netip"

// Bits of an IPv6 address that a network has which is counted as one.
const (
	OneHome   = 64 // one person can have all addresses of it
	OneOffice = 48 // what a provider gives to a house or an office at most
)

// NetworkOf is the part of the network that an address belongs to: /24 of IPv4, and so
// many bits of IPv6. What is no address is "", so that it counts together.
func NetworkOf(address string, bits int) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		bits = 24
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}
