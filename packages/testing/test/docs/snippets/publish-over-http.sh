curl --silent --show-error "${INGRESS:-http://127.0.0.1:18080}/events" \
  --header 'Content-Type: application/cloudevents+json' \
  --data '{
    "specversion": "1.0",
    "id": "'"$(node -p 'crypto.randomUUID()')"'",
    "source": "/nav/aareg",
    "type": "nav.layoffs.LayoffRegistered",
    "time": "2020-03-30T06:00:00Z",
    "data": {
      "layoffId": "0a5f7a0e-4a46-4f0e-9b0a-1f8f5a1e2a01",
      "person": "23888212167",
      "employer": "889640782",
      "subUnit": "974760673",
      "employmentId": "V974760673R1001",
      "start": "2020-03-30",
      "end": null,
      "percentage": "100.00"
    }
  }'
