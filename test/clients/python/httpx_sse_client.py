"""Listens with httpx-sse, and comes back as its README says; prints each event as a line of JSON."""

import json
import sys
import time

import httpx
from httpx_sse import connect_sse

last_event_id = ""
delay = 0.1
with httpx.Client(timeout=httpx.Timeout(10, read=45)) as client:
    while True:
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        try:
            with connect_sse(client, "GET", sys.argv[1], headers=headers) as source:
                for event in source.iter_sse():
                    last_event_id = event.id
                    if event.retry is not None:
                        delay = event.retry / 1000
                    print(json.dumps({"event": event.event, "data": event.data}), flush=True)
        except httpx.TransportError:
            pass
        time.sleep(delay)
