// Search over the index of search_index.js, ranked as `cohort catalogue search` ranks (a test compares the two).
"use strict";

(function () {
  var SHOWN = 50;
  var form = document.getElementById("search-page-form");
  var field = document.getElementById("search-page-field");
  var only = document.getElementById("search-page-sort");
  var status = document.getElementById("search-status");
  var list = document.getElementById("search-results");
  var meantBox = document.getElementById("search-meant");
  var more = document.getElementById("search-more");
  var rank = CATALOGUE.rank;
  var shown = SHOWN;

  function wordsIn(text) {
    var plain = text.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
    return plain.match(/[a-z0-9]+/g) || [];
  }

  function fits(word) {
    var best = new Map();
    var singular = word.length > 3 && word.endsWith("s") ? word.slice(0, -1) : "";
    Object.keys(CATALOGUE.words).forEach(function (held) {
      var quality = 0;
      if (held === word) quality = rank.exact;
      else if (singular && held === singular) quality = rank.plural;
      else if (word.length >= rank.shortestPrefix && held.startsWith(word)) quality = rank.begins;
      else return;
      var places = CATALOGUE.words[held];
      for (var i = 0; i < places.length; i += 2) {
        best.set(places[i], Math.max(best.get(places[i]) || 0, places[i + 1] * quality));
      }
    });
    return best;
  }

  function distance(left, right) {
    var before = [], previous = [], current, row, column, cost;
    for (column = 0; column <= right.length; column++) previous.push(column);
    for (row = 1; row <= left.length; row++) {
      current = [row];
      for (column = 1; column <= right.length; column++) {
        var same = left[row - 1] === right[column - 1];
        cost = Math.min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (same ? 0 : 1));
        var swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
        current.push(swapped ? Math.min(cost, before[column - 2] + 1) : cost);
      }
      before = previous;
      previous = current;
    }
    return previous[previous.length - 1];
  }

  function nearest(word) {
    if (word.length < 2 || word.length > 80) return "";
    var best = "", steps = Infinity;
    Object.keys(CATALOGUE.words).sort().forEach(function (choice) {
      var allowed = Math.floor(Math.max(word.length, choice.length) / 3);
      if (Math.abs(word.length - choice.length) > allowed) return;
      var found = distance(word, choice);
      if (found <= allowed && found < steps) { best = choice; steps = found; }
    });
    return best;
  }

  function search(question) {
    var asked = Array.from(new Set(wordsIn(question)));
    var totals = new Map(), counts = new Map(), meant = [];
    asked.forEach(function (word) {
      var found = fits(word);
      if (found.size === 0) meant.push([word, nearest(word)]);
      found.forEach(function (score, place) {
        totals.set(place, (totals.get(place) || 0) + score);
        counts.set(place, (counts.get(place) || 0) + 1);
      });
    });
    var most = 0;
    counts.forEach(function (count) { most = Math.max(most, count); });
    var whole = wordsIn(question).join("_"), hits = [];
    CATALOGUE.things.forEach(function (thing, place) {
      if (most && counts.get(place) === most) {
        var named = thing.whole.indexOf(whole) >= 0 ? rank.wholeName : 0;
        hits.push({ thing: thing, score: totals.get(place) + rank.bySort[thing.sort] + named });
      }
    });
    hits.sort(function (a, b) { return b.score - a.score; });
    return { hits: hits, partly: most > 0 && most < asked.length, meant: meant };
  }

  function element(name, text, kind) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function item(hit) {
    var entry = element("li"), link = element("a", hit.thing.name);
    link.href = hit.thing.address;
    entry.appendChild(element("span", hit.thing.sort, "sort"));
    entry.appendChild(document.createTextNode(" "));
    entry.appendChild(link);
    if (hit.thing.physical) entry.appendChild(element("code", " " + hit.thing.physical));
    entry.appendChild(element("span", hit.thing.title, "title"));
    return entry;
  }

  function sayMeant(meant) {
    meantBox.textContent = "";
    meant.forEach(function (pair) {
      var line = element("p", "“" + pair[0] + "” stands nowhere in the catalogue");
      if (pair[1]) {
        var button = element("button", pair[1]);
        button.type = "button";
        button.addEventListener("click", function () {
          field.value = field.value.toLowerCase().replace(pair[0], pair[1]);
          field.focus();
          begin();
        });
        line.appendChild(document.createTextNode("; did you mean "));
        line.appendChild(button);
        line.appendChild(document.createTextNode("?"));
      } else {
        line.appendChild(document.createTextNode("."));
      }
      meantBox.appendChild(line);
    });
  }

  function show() {
    var question = field.value, found = search(question);
    var hits = found.hits.filter(function (hit) { return !only.value || hit.thing.sort === only.value; });
    list.textContent = "";
    hits.slice(0, shown).forEach(function (hit) { list.appendChild(item(hit)); });
    sayMeant(found.meant);
    more.hidden = hits.length <= shown;
    if (wordsIn(question).length === 0) status.textContent = "";
    else if (hits.length === 0) status.textContent = "Nothing was found.";
    else {
      var words = found.partly ? " with most of the words." : " with all words.";
      status.textContent = hits.length + (hits.length === 1 ? " thing" : " things") + words;
    }
  }

  function begin() { shown = SHOWN; show(); }

  // Down goes from the field to the results and on, up goes back, and Escape returns to the field.
  document.addEventListener("keydown", function (event) {
    var links = Array.from(list.querySelectorAll("a"));
    var at = links.indexOf(document.activeElement);
    if (at < 0 && document.activeElement !== field) return;
    if (event.key === "ArrowDown" && at + 1 < links.length) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at > 0) links[at - 1].focus();
    else if (event.key === "ArrowUp" && at === 0) field.focus();
    else if (event.key === "Escape" && at >= 0) field.focus();
    else return;
    event.preventDefault();
  });

  var asked = new URLSearchParams(window.location.search);
  field.value = asked.get("q") || "";
  only.value = asked.get("sort") || "";
  if (only.selectedIndex < 0) only.value = "";
  field.addEventListener("input", begin);
  only.addEventListener("change", begin);
  more.addEventListener("click", function () {
    var first = shown;
    shown += SHOWN;
    show();
    var next = list.querySelectorAll("a")[first];
    if (next) next.focus();
  });
  form.hidden = false;
  show();
})();
