// Command r3labs listens with r3labs/sse; it prints each event as a line of JSON.
package main

import (
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"
)

func main() {
	client := sse.NewClient(os.Args[1])
	client.ReconnectStrategy = backoff.NewConstantBackOff(20 * time.Millisecond)
	lines := json.NewEncoder(os.Stdout)
	for {
		err := client.SubscribeRaw(func(event *sse.Event) {
			_ = lines.Encode(map[string]string{"event": string(event.Event), "data": string(event.Data)})
		})
		if err != nil {
			log.Fatal(err)
		}
		// The server has ended the stream, which this client takes for its end.
	}
}
