// Command launchdarkly listens with LaunchDarkly's eventsource; it prints each event as a line of JSON.
package main

import (
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/launchdarkly/eventsource"
)

func main() {
	stream, err := eventsource.SubscribeWithURL(os.Args[1],
		eventsource.StreamOptionCanRetryFirstConnection(time.Minute),
		eventsource.StreamOptionReadTimeout(45*time.Second),
		eventsource.StreamOptionErrorHandler(func(error) (result eventsource.StreamErrorHandlerResult) { return }))
	if err != nil {
		log.Fatal(err)
	}
	lines := json.NewEncoder(os.Stdout)
	for event := range stream.Events {
		_ = lines.Encode(map[string]string{"event": event.Event(), "data": event.Data()})
	}
}
