import type { ServerResponse } from 'node:http'

const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

/** Sends a whole answer, its headers and its text in one write. No browser may take it for anything but its type. */
export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
  headers: Readonly<Record<string, string>> = noHeaders,
): void {
  // As a list of names and values they need not be kept for who might ask for them later.
  const head = [
    'Content-Type',
    contentType,
    'Content-Length',
    String(Buffer.byteLength(text)),
    'X-Content-Type-Options',
    'nosniff',
  ]
  for (const name in headers) head.push(name, headers[name] ?? '')
  response.writeHead(status, head)
  response.end(text)
}

/** Sends a value as `application/json`. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, 'application/json', JSON.stringify(value))
}
