package bench

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Steady makes so many visits a second, spread over connections, until ctx ends. It
// tells how many it made: where the server cannot follow they are fewer.
func Steady(ctx context.Context, v Visit, connections, perSecond int) (*Load, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	loads, errs := make([]Load, connections), make([]error, connections)
	start, step := time.Now(), time.Duration(connections)*time.Second/time.Duration(perSecond)
	var wait sync.WaitGroup
	for i := range connections {
		wait.Go(func() {
			d := driver{client: client, visit: v, rest: v.Form.Encode(), load: &loads[i]}
			next := start.Add(step * time.Duration(i) / time.Duration(connections))
			for errs[i] == nil {
				select {
				case <-ctx.Done():
					return
				case <-time.After(time.Until(next)):
				}
				errs[i] = d.once(context.WithoutCancel(ctx))
				next = next.Add(step)
				if behind := time.Now().Add(-time.Second); next.Before(behind) {
					next = behind // what could not be made is not made up for later
				}
			}
		})
	}
	wait.Wait()
	total := &Load{Took: time.Since(start)}
	for i := range loads {
		total.Acknowledged += loads[i].Acknowledged
		total.Requests = append(total.Requests, loads[i].Requests...)
	}
	return total, errors.Join(errs...)
}

// Browse opens an address again and again with a cookie, a moment after the last,
// until ctx ends, and tells how long each took.
func Browse(ctx context.Context, address string, cookies []*http.Cookie, pause time.Duration) (*Load, error) {
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	total := &Load{}
	d := driver{client: &http.Client{Transport: transport}, load: total}
	start := time.Now()
	for ctx.Err() == nil {
		get, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		for _, c := range cookies {
			get.AddCookie(c)
		}
		if err := d.ask(get, &d.page); err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	total.Took = time.Since(start)
	return total, nil
}
