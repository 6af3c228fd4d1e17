"""Listens with sseclient-py over requests; prints each event as a line of JSON. The package itself does not come back."""

import json
import sys
import time

import requests
from sseclient import SSEClient

last_event_id = None
delay = 0.1
while True:
    headers = {"Accept": "text/event-stream"}
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    try:
        response = requests.get(sys.argv[1], headers=headers, stream=True, timeout=(10, 45))
        for event in SSEClient(response).events():
            last_event_id = event.id or last_event_id
            if event.retry is not None:
                delay = int(event.retry) / 1000
            print(json.dumps({"event": event.event, "data": event.data}), flush=True)
    except requests.RequestException:
        pass
    time.sleep(delay)
