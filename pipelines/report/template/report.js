"use strict";
// The gallery: filters, what is drawn over the pictures, and a sample close up with its skeleton to turn.
(function () {
  const body = document.body;
  const items = Array.from(document.querySelectorAll(".gallery > li"));
  const selects = Array.from(document.querySelectorAll("select[data-key]"));
  const range = document.getElementById("hidden-range");
  const found = document.getElementById("found");

  function apply() {
    let shown = 0;
    const most = range ? Number(range.value) : 17;
    for (const item of items) {
      const fits = selects.every((select) => !select.value || item.dataset[select.dataset.key] === select.value);
      const hidden = item.dataset.hidden === undefined ? 0 : Number(item.dataset.hidden);
      item.hidden = !(fits && hidden <= most);
      shown += item.hidden ? 0 : 1;
    }
    found.textContent = shown === items.length
      ? items.length + " samples, spread evenly over the corpus. Click one to turn its skeleton."
      : shown + " of " + items.length + " samples";
    if (range) document.getElementById("hidden-value").textContent = most;
  }

  selects.forEach((select) => select.addEventListener("change", apply));
  if (range) range.addEventListener("input", apply);
  document.getElementById("reset").addEventListener("click", () => {
    selects.forEach((select) => { select.value = ""; });
    if (range) range.value = range.max;
    apply();
  });
  document.querySelectorAll("input[data-layer]").forEach((box) => {
    const set = () => body.classList.toggle("no-" + box.dataset.layer, !box.checked);
    box.addEventListener("change", set);
    set();
  });

  // a sample close up
  const dialog = document.getElementById("closer");
  const canvas = dialog.querySelector("canvas");
  const limbs = JSON.parse(document.getElementById("limbs").textContent);
  const colours = { left: "#e07000", right: "#0072b2", middle: "#57606a" };
  let current = null, skeleton = [], yaw = 0.6, pitch = 0.15;

  function draw() {
    const size = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1)) || 300;
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d");
    const lowest = Math.min(...skeleton.map((joint) => joint[2]));
    const scale = size / 2150;
    const c = Math.cos(yaw), s = Math.sin(yaw), cp = Math.cos(pitch), sp = Math.sin(pitch);
    const middle = (Math.max(...skeleton.map((joint) => joint[2])) + lowest) / 2;
    const place = (x, y, z) => {
      const across = c * x + s * y, away = c * y - s * x;
      return [size / 2 + across * scale, size / 2 - ((z - middle) * cp + away * sp) * scale, away * cp - (z - middle) * sp];
    };
    pen.clearRect(0, 0, size, size);
    pen.strokeStyle = "#d3d8de";
    pen.lineWidth = size / 400;
    for (let k = -2; k <= 2; k++) {
      for (const [a, b] of [[[k * 400, -800], [k * 400, 800]], [[-800, k * 400], [800, k * 400]]]) {
        const from = place(a[0], a[1], lowest), to = place(b[0], b[1], lowest);
        pen.beginPath(); pen.moveTo(from[0], from[1]); pen.lineTo(to[0], to[1]); pen.stroke();
      }
    }
    const points = skeleton.map((joint) => place(joint[0], joint[1], joint[2]));
    pen.lineCap = "round";
    limbs.map(([joint, parent, side]) => ({ a: points[joint], b: points[parent], side }))
      .sort((m, n) => n.a[2] + n.b[2] - m.a[2] - m.b[2])
      .forEach(({ a, b, side }) => {
        pen.strokeStyle = colours[side]; pen.lineWidth = size / 55;
        pen.beginPath(); pen.moveTo(a[0], a[1]); pen.lineTo(b[0], b[1]); pen.stroke();
      });
    const head = points[15];
    pen.fillStyle = colours.middle;
    pen.beginPath(); pen.arc(head[0], head[1] - size / 60, size / 26, 0, 7); pen.fill();
  }

  function open(item) {
    current = item;
    const tile = item.querySelector(".tile");
    const frame = dialog.querySelector(".frame");
    frame.replaceChildren(...Array.from(tile.querySelector(".frame").children).map((child) => child.cloneNode(true)));
    dialog.querySelector("h3").textContent = tile.querySelector("b").textContent;
    dialog.querySelector("dl").replaceChildren(
      ...JSON.parse(item.dataset.facts).flatMap(([what, text]) => {
        const term = document.createElement("dt"), about = document.createElement("dd");
        term.textContent = what; about.textContent = text;
        return [term, about];
      }));
    skeleton = JSON.parse(item.dataset.skeleton);
    if (!dialog.open) dialog.showModal();
    draw();
  }

  function step(by) {
    const visible = items.filter((item) => !item.hidden);
    const next = visible[(visible.indexOf(current) + by + visible.length) % visible.length];
    if (next) open(next);
  }

  items.forEach((item) => item.querySelector(".tile").addEventListener("click", () => open(item)));
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.querySelectorAll(".step").forEach((button) =>
    button.addEventListener("click", () => step(Number(button.dataset.by))));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") step(1);
    if (event.key === "ArrowLeft") step(-1);
  });
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    yaw -= event.movementX * 0.012;
    pitch = Math.max(-0.4, Math.min(1.5, pitch + event.movementY * 0.008));
    draw();
  });
  window.addEventListener("resize", () => { if (dialog.open) draw(); });
  apply();
})();
