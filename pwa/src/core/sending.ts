/** How much of a request's body has gone up, in bytes. */
export interface Sent {
  done: number
  total: number
}
/** The longest without a byte going up, and then without an answer: the server gives a file 180 s. */
const STILL_MS = { up: 60_000, answer: 200_000 }

/** Sends a request as fetch does and says how far its body is: fetch itself cannot. */
export function sending(tell: (sent: Sent) => void): (request: Request) => Promise<Response> {
  return async (request) => {
    const body = await request.blob()
    return new Promise((resolve, reject) => {
      const call = new XMLHttpRequest()
      call.open(request.method, request.url)
      request.headers.forEach((value, name) => { call.setRequestHeader(name, value) })
      call.responseType = 'blob'
      let patience = setTimeout(() => { call.abort() }, STILL_MS.up)
      const wait = (ms: number) => {
        clearTimeout(patience)
        patience = setTimeout(() => { call.abort() }, ms)
      }
      call.upload.onprogress = ({ loaded, total }) => {
        wait(STILL_MS.up)
        tell({ done: loaded, total })
      }
      call.upload.onload = () => {
        wait(STILL_MS.answer)
        tell({ done: body.size, total: body.size })
      }
      call.onloadend = () => {
        clearTimeout(patience)
        if (call.status) resolve(answerOf(call))
        else reject(new TypeError('no answer'))
      }
      call.send(body)
    })
  }
}

const BARE = new Set([204, 205, 304])

function answerOf(call: XMLHttpRequest): Response {
  const lines = call.getAllResponseHeaders().trim().split(/[\r\n]+/)
  const pairs = lines.filter(Boolean).map((line): [string, string] => {
    const at = line.indexOf(':')
    return [line.slice(0, at), line.slice(at + 1).trim()]
  })
  return new Response(BARE.has(call.status) ? null : (call.response as Blob), { status: call.status, headers: pairs })
}
