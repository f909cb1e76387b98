/* Worker for pages that are opened from disk: browsers give them none, and the search needs one.
 *
 * The script runs in a hidden frame instead, and gets and gives its messages as a worker does. A served page keeps the
 * browser's own Worker. Zensical asks for a script of this name, and would else fetch one from elsewhere.
 */
(() => {
  if (location.protocol !== "file:") return;

  class FrameWorker {
    onmessage = null;
    onerror = null;

    constructor(url) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      inside.postMessage = (data) => this.later(() => this.onmessage?.({ data }));
      const script = inside.document.createElement("script");
      script.src = new URL(url, location.href).href;
      this.loaded = new Promise((resolve) => script.addEventListener("load", resolve));
      script.addEventListener("error", (event) => this.onerror?.(event));
      inside.document.body.append(script);
    }

    postMessage(data) {
      const copy = structuredClone(data);
      this.loaded.then(() => this.frame.contentWindow?.onmessage?.({ data: copy }));
    }

    terminate() {
      this.frame.remove();
    }

    later(run) {
      setTimeout(() => this.frame.isConnected && run());
    }
  }

  window.Worker = FrameWorker;
})();
