import type { HttpRequest, HttpResponse } from "./body.js";

/** Calls back once when an exchange is over. An HTTP/1.1 answer that is queued behind another never says 'close' when its connection ends. */
export function whenClosed(request: HttpRequest, response: HttpResponse, run: () => void): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    if (request.httpVersionMajor === 1) request.socket?.off("close", once);
    run();
  };
  response.once("close", once);
  if (request.httpVersionMajor === 1) request.socket?.once("close", once);
}

/** Fires when an exchange is over: its caller has gone, or has its answer, as where the time was up. */
export function goneSignal(request: HttpRequest, response: HttpResponse): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed || response.closed) controller.abort();
  else whenClosed(request, response, () => controller.abort());
  return controller.signal;
}
