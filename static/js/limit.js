// How many characters are left, when it begins to matter. Counted as the server counts: code points.
(() => {
  const words = document.getElementById("words");
  const output = document.querySelector("[data-limit]");
  if (!words || !output) return;
  const most = Number(output.dataset.limit);
  const TELL = 200;
  const send = output.form.querySelector(".send");

  function count() {
    // Code units are at least as many: the exact count is only needed near the end.
    const left = words.value.length >= most - TELL ? most - [...words.value].length : most;
    output.hidden = left > TELL;
    output.classList.toggle("over", left < 0);
    output.value = (left < 0 ? output.dataset.over : output.dataset.left).replace("{n}", Math.abs(left));
    send.disabled = left < 0;
  }
  count();
  words.addEventListener("input", count);
  document.addEventListener("chat:composed", count);
})();
