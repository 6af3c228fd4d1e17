#!/bin/sh
# Answers !time in a room: sh bot.sh http://localhost:8012/rooms/lobby
room=${1:-http://localhost:8012/rooms/lobby}
seen=$(mktemp)
until curl -sN -H "Last-Event-ID: $(cat "$seen")" "$room/chat?format=json" | while read -r field value; do
  case "$field $value" in
  "id: "*) echo "$value" >"$seen" ;;
  "data: "*'"text":"!time"'*) curl -s -o /dev/null -d name=cuckoo -d "message=$(date -u +%H:%M)" "$room/chat" ;;
  esac
done && false; do sleep 3; done
