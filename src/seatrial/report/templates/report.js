(function () {
  "use strict";
  var all = function (selector, from) {
    return Array.prototype.slice.call((from || document).querySelectorAll(selector));
  };

  all(".command code").forEach(function (code) {
    var label = code.previousElementSibling.textContent;
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the command: " + label);
    button.addEventListener("click", function () {
      var range = document.createRange();
      range.selectNodeContents(code);
      var selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      var done = function (word) {
        button.textContent = word;
        window.setTimeout(function () { button.textContent = "Copy"; }, 1500);
      };
      if (navigator.clipboard) {
        navigator.clipboard.writeText(code.textContent).then(
          function () { done("Copied"); }, function () { done("Selected"); });
      } else {
        done("Selected");
      }
    });
    code.parentNode.appendChild(button);
  });

  var folds = all(".practice > details");
  var unfold = document.getElementById("unfold");
  unfold.hidden = folds.length < 2;
  unfold.addEventListener("click", function () {
    var open = folds.some(function (fold) { return !fold.open; });
    folds.forEach(function (fold) { fold.open = open; });
    unfold.textContent = open ? "Close all" : "Open all";
  });

  var reveal = function () {
    var section = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var fold = section && section.querySelector(":scope > details");
    if (fold) { fold.open = true; section.scrollIntoView(); }
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = all("details:not([open])");
    closed.forEach(function (fold) { fold.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (fold) { fold.open = false; });
  });

  var form = document.querySelector(".filter");
  var field = document.getElementById("filter");
  var shown = document.getElementById("shown");
  var sections = all(".practice").map(function (section) {
    return { section: section, text: (section.id + " " + section.textContent).toLowerCase() };
  });
  var rows = {};
  all("tr[data-for]").forEach(function (row) { rows[row.getAttribute("data-for")] = row; });
  var filter = function () {
    var terms = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    sections.forEach(function (entry) {
      var hit = terms.every(function (term) { return entry.text.indexOf(term) !== -1; });
      entry.section.hidden = !hit;
      if (rows[entry.section.id]) { rows[entry.section.id].hidden = !hit; }
      count += hit ? 1 : 0;
    });
    shown.textContent = terms.length ? count + " of " + sections.length : "";
  };
  form.hidden = sections.length < 2;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  field.addEventListener("input", filter);
})();
