"use strict";
// The picture with its 2D, the skeleton to turn, the angles of everybody now and of one person over time.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const get = (id) => document.getElementById(id);
  const flat = get("flat"), space = get("space"), slider = get("time"), who = get("who");
  const bright = { left: "#ff8c1a", right: "#23aaff", middle: "#ffffff" };
  const deep = { left: "#d06800", right: "#0072b2", middle: "#57606a" };
  const svgNames = "http://www.w3.org/2000/svg";
  const count = data.frames.length;
  const byFrame = data.people.map((person) => {
    const rows = new Array(count).fill(null);
    person.rows.forEach((row) => { rows[row.at] = row; });
    return rows;
  });
  let yaw = 0, pitch = 0.12, now = 0, chosen = 0, timer = null;

  const pictures = data.pictures.map((uri) => {
    if (!uri) return null;
    const image = new Image();
    image.addEventListener("load", () => drawFlat());
    image.src = uri;
    return image;
  });
  // a frame without a picture shows the last one before it
  const behind = [];
  pictures.forEach((image, k) => { behind[k] = image || behind[k - 1] || null; });

  function seconds(k) { return data.frames[k] / data.rate; }
  function rowOf(person) { return (byFrame[person] || [])[now] || null; }

  function line(pen, a, b, colour, wide, edge) {
    pen.lineCap = "round";
    if (edge) { pen.strokeStyle = edge; pen.lineWidth = wide + 2; pen.beginPath(); pen.moveTo(a[0], a[1]); pen.lineTo(b[0], b[1]); pen.stroke(); }
    pen.strokeStyle = colour; pen.lineWidth = wide;
    pen.beginPath(); pen.moveTo(a[0], a[1]); pen.lineTo(b[0], b[1]); pen.stroke();
  }
  function dot(pen, at, radius, fill, edge) {
    pen.beginPath(); pen.arc(at[0], at[1], radius, 0, 7);
    if (fill) { pen.fillStyle = fill; pen.fill(); }
    if (edge) { pen.strokeStyle = edge; pen.lineWidth = 1; pen.stroke(); }
  }
  function known(point) { return point && point[0] !== null && point[1] !== null; }

  function drawFlat() {
    const [width, height] = data.sizes[now] || [640, 480];
    const ratio = window.devicePixelRatio || 1;
    const tall = Math.min(flat.clientWidth * height / width, 0.78 * window.innerHeight);
    flat.style.height = tall + "px";
    flat.width = Math.max(1, Math.round(flat.clientWidth * ratio));
    flat.height = Math.max(1, Math.round(tall * ratio));
    const scale = Math.min(flat.width / width, flat.height / height);
    const left = (flat.width - width * scale) / 2, top = (flat.height - height * scale) / 2;
    const pen = flat.getContext("2d");
    pen.clearRect(0, 0, flat.width, flat.height);
    pen.fillStyle = "#6b7480";
    pen.fillRect(left, top, width * scale, height * scale);
    const image = behind[now];
    if (image && image.complete && image.naturalWidth) pen.drawImage(image, left, top, width * scale, height * scale);
    const at = (x, y) => [left + x * scale, top + y * scale];
    const wide = Math.max(2, Math.min(flat.width, flat.height) / 130);
    data.people.forEach((person, k) => {
      if (k !== chosen && !data.together) return;
      const row = rowOf(k);
      if (!row) return;
      pen.globalAlpha = k === chosen ? 1 : 0.45;
      if (get("show-2d").checked) {
        const points = row.keypoints.map((p) => (p[2] > 0 ? at(p[0], p[1]) : null));
        data.keypointBones.forEach(([a, b, side]) => {
          if (points[a] && points[b]) line(pen, points[a], points[b], bright[side], wide, "#191c21");
        });
        points.forEach((p, j) => { if (p) dot(pen, p, wide * (0.5 + 0.7 * row.keypoints[j][2]), bright[data.keypointSides[j]], "#191c21"); });
      }
      if (get("show-3d").checked && row.places) {
        const points = row.places.map((p) => (known(p) ? at(p[0], p[1]) : null));
        data.bones.forEach(([a, b]) => { if (points[a] && points[b]) line(pen, points[a], points[b], "#ffffff", Math.max(1, wide / 2), "#191c21"); });
      }
      pen.globalAlpha = 1;
    });
    const row = rowOf(chosen);
    const found = row ? row.keypoints.filter((p) => p[2] > 0).length : 0;
    get("flat-caption").textContent = (image ? "" : "There is no picture. ") +
      (row ? found + " of 17 joints detected." + (row.why ? " Not lifted: " + row.why + "." : "") : "Not in this frame.") +
      (row && row.distance ? " About " + row.distance.toFixed(1) + " m from the camera." : "");
  }

  function drawSpace() {
    const ratio = window.devicePixelRatio || 1;
    space.width = Math.max(1, Math.round(space.clientWidth * ratio));
    space.height = Math.max(1, Math.round(space.clientHeight * ratio));
    const pen = space.getContext("2d");
    pen.clearRect(0, 0, space.width, space.height);
    const row = rowOf(chosen);
    if (!row || !row.joints) {
      pen.fillStyle = "#57606a"; pen.font = 15 * ratio + "px sans-serif"; pen.textAlign = "center";
      pen.fillText(row ? "Not lifted: " + row.why : "Not in this frame", space.width / 2, space.height / 2, space.width * 0.92);
      return;
    }
    const unit = Math.min(space.width, space.height) / 2150;  // pixels a millimetre
    const c = Math.cos(yaw), s = Math.sin(yaw), cp = Math.cos(pitch), sp = Math.sin(pitch);
    const heights = row.joints.map((p) => p[1]);
    const lowest = Math.min(...heights), middle = (lowest + Math.max(...heights)) / 2;
    // x right, y up, z toward who looks; turned about y, then tipped
    const place = (x, y, z) => {
      const across = c * x - s * z, near = s * x + c * z, high = y - middle;
      return [space.width / 2 + across * unit, space.height / 2 - (high * cp - near * sp) * unit, near * cp + high * sp];
    };
    for (let k = -2; k <= 2; k++) {
      line(pen, place(k * 500, lowest, -1000), place(k * 500, lowest, 1000), "#d3d8de", ratio);
      line(pen, place(-1000, lowest, k * 500), place(1000, lowest, k * 500), "#d3d8de", ratio);
    }
    const points = row.joints.map((p) => place(p[0], p[1], p[2]));
    if (get("show-sigma").checked) {
      points.forEach((p, j) => {
        if (row.sigma[j] === null) return;
        pen.globalAlpha = 0.13;
        dot(pen, p, Math.max(1, row.sigma[j] * unit), deep[data.sides[j]]);
        pen.globalAlpha = 1;
      });
    }
    const wide = Math.max(3, Math.min(space.width, space.height) / 70);
    data.bones.map(([a, b, side]) => ({ a: points[a], b: points[b], side }))
      .sort((m, n) => m.a[2] + m.b[2] - n.a[2] - n.b[2])
      .forEach(({ a, b, side }) => line(pen, a, b, deep[side], wide, "#f6f7f9"));
    points.forEach((p, j) => dot(pen, p, wide * 0.6, deep[data.sides[j]]));
  }

  function degrees(row, column) {
    const value = row.angles[column], spread = row.spread[column];
    if (value === null) return "–";
    return Math.round(value) + "°" + (spread === null ? "" : " <small>±" + Math.round(spread) + "</small>");
  }

  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function drawTable() {
    const body = get("table").tBodies[0];
    body.replaceChildren();
    data.people.forEach((person, k) => {
      const row = rowOf(k);
      if (!row) return;
      const line = element("tr", undefined, k === chosen ? "on" : "");
      line.append(element("td", person.name));
      if (row.angles) {
        data.angles.forEach((angle) => {
          const cell = element("td");
          cell.innerHTML = angle.columns.map((column, n) => '<span class="' + angle.sides[n] + '">' + degrees(row, column) + "</span>").join("&ensp;");
          line.append(cell);
        });
      } else {
        const cell = element("td", "not lifted: " + row.why, "note");
        cell.colSpan = data.angles.length;
        line.append(cell);
      }
      line.addEventListener("click", () => choose(k));
      body.append(line);
    });
    if (!body.rows.length) {
      const line = element("tr"), cell = element("td", "Nobody is in this frame.", "note");
      cell.colSpan = data.angles.length + 1;
      line.append(cell); body.append(line);
    }
  }

  function drawHead() {
    const line = element("tr");
    line.append(element("th", "person"));
    data.angles.forEach((angle) => {
      const cell = element("th", angle.name);
      if (angle.columns.length === 2) cell.append(document.createElement("br"), element("span", "left", "left"), " ", element("span", "right", "right"));
      line.append(cell);
    });
    get("table").tHead.replaceChildren(line);
  }

  // charts: 340 x 150 units, time across
  const W = 340, H = 150, L = 34, R = 8, T = 6, B = 22;
  const across = (k) => L + (count > 1 ? (W - L - R) * k / (count - 1) : 0);
  function svg(name, attributes, text) {
    const made = document.createElementNS(svgNames, name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function drawCharts() {
    get("charts").replaceChildren(...data.angles.map((angle) => {
      const box = element("div");
      box.append(element("h3", angle.name[0].toUpperCase() + angle.name.slice(1)));
      const shown = [];
      byFrame[chosen].forEach((row) => { if (row && row.angles) angle.columns.forEach((c) => { if (row.angles[c] !== null) shown.push(row.angles[c]); }); });
      const top = Math.max(60, 30 * Math.ceil(Math.max(0, ...shown) / 30)), low = Math.min(0, 30 * Math.floor(Math.min(0, ...shown) / 30));
      const up = (v) => H - B - (Math.max(low, Math.min(top, v)) - low) / (top - low) * (H - T - B);
      const chart = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": angle.name + " over time" });
      const step = top - low > 120 ? 60 : 30;
      for (let v = low; v <= top; v += step) {
        chart.append(svg("line", { class: "rule", x1: L, x2: W - R, y1: up(v), y2: up(v) }));
        chart.append(svg("text", { x: L - 5, y: up(v) + 4, "text-anchor": "end" }, v + "°"));
      }
      [0, count - 1].forEach((k) => chart.append(svg("text", { x: across(k), y: H - 6, "text-anchor": k ? "end" : "start" },
        data.moving ? seconds(k).toFixed(1) + " s" : String(data.frames[k] + 1))));
      angle.columns.forEach((column, n) => {
        let path = "", bands = "", over = [], under = [];
        const close = () => { if (over.length > 1) bands += "M" + over.join("L") + "L" + under.reverse().join("L") + "Z"; over = []; under = []; };
        let open = false;
        byFrame[chosen].forEach((row, k) => {
          const value = row && row.angles ? row.angles[column] : null;
          if (value === null) { open = false; close(); return; }
          const x = across(k).toFixed(1);
          path += (open ? "L" : "M") + x + " " + up(value).toFixed(1) + (open ? "" : "l0.01 0");
          open = true;
          const spread = row.spread[column] || 0;
          over.push(x + " " + up(value + spread).toFixed(1)); under.push(x + " " + up(value - spread).toFixed(1));
        });
        close();
        chart.append(svg("path", { class: "band " + angle.sides[n], d: bands || "M0 0" }));
        chart.append(svg("path", { class: angle.sides[n], d: path || "M0 0", "stroke-linecap": "round" }));
      });
      chart.append(svg("line", { class: "now", y1: T, y2: H - B }));
      const seek = (event) => {
        const area = chart.getBoundingClientRect();
        const x = (event.clientX - area.left) / area.width * W;
        go(Math.round((x - L) / (W - L - R) * (count - 1)));
      };
      chart.addEventListener("pointerdown", seek);
      chart.addEventListener("pointermove", (event) => { if (event.buttons) seek(event); });
      box.append(chart);
      return box;
    }));
    moveCursor();
  }

  function moveCursor() {
    document.querySelectorAll(".charts .now").forEach((mark) => { mark.setAttribute("x1", across(now)); mark.setAttribute("x2", across(now)); });
  }

  function go(k) {
    now = Math.max(0, Math.min(count - 1, k));
    slider.value = now;
    get("now").textContent = count === 0 ? "" : data.moving
      ? "frame " + data.frames[now] + ", " + seconds(now).toFixed(2) + " s" : data.labels[now];
    drawFlat(); drawSpace(); drawTable(); moveCursor();
  }

  function choose(k) {
    chosen = k;
    who.value = k;
    // who is not in this frame is shown where they are first
    if (!rowOf(k)) { const first = byFrame[k].findIndex((row) => row); if (first >= 0) now = first; }
    if (count > 1 && data.moving) drawCharts();
    go(now);
  }

  function play() {
    if (timer) { clearInterval(timer); timer = null; get("play").textContent = "▶"; return; }
    get("play").textContent = "❚❚";
    const step = count > 1 ? Math.max(1, data.frames[1] - data.frames[0]) : 1;
    timer = setInterval(() => go(now + 1 >= count ? 0 : now + 1), data.moving ? Math.max(15, 1000 * step / data.rate) : 700);
  }

  data.people.forEach((person, k) => { const option = element("option", person.name); option.value = k; who.append(option); });
  get("who-label").hidden = data.people.length < 2;
  document.querySelector(".time").hidden = count < 2;
  document.querySelector(".controls").hidden = count < 2 && data.people.length < 2;
  get("over-time").hidden = count < 2 || !data.moving || !data.people.length;
  slider.max = Math.max(0, count - 1);
  slider.addEventListener("input", () => go(Number(slider.value)));
  who.addEventListener("change", () => choose(Number(who.value)));
  get("play").addEventListener("click", play);
  ["show-2d", "show-3d"].forEach((id) => get(id).addEventListener("change", drawFlat));
  get("show-sigma").addEventListener("change", drawSpace);
  document.querySelectorAll("button[data-yaw]").forEach((button) => button.addEventListener("click", () => {
    yaw = Number(button.dataset.yaw); pitch = Number(button.dataset.pitch); drawSpace();
  }));
  let last = null;
  space.addEventListener("pointerdown", (event) => { space.setPointerCapture(event.pointerId); last = [event.clientX, event.clientY]; });
  space.addEventListener("pointermove", (event) => {
    if (!space.hasPointerCapture(event.pointerId) || !last) return;
    yaw -= (event.clientX - last[0]) * 0.011;
    pitch = Math.max(-1.5, Math.min(1.5, pitch + (event.clientY - last[1]) * 0.009));
    last = [event.clientX, event.clientY];
    drawSpace();
  });
  space.addEventListener("keydown", (event) => {
    const turns = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
    if (!turns) return;
    event.preventDefault();
    yaw += turns[0]; pitch = Math.max(-1.5, Math.min(1.5, pitch + turns[1]));
    drawSpace();
  });
  window.addEventListener("resize", () => { drawFlat(); drawSpace(); });
  drawHead();
  if (data.people.length) choose(0); else go(0);
})();
