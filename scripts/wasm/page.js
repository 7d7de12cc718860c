// What the page does: each change of the text is answered before the next frame is drawn.
(async () => {
  const SHOWN = 5;
  const element = (id) => document.getElementById(id);
  const text = element("text");
  const answer = element("answer");

  const make = (parent, tag, className) => {
    const made = document.createElement(tag);
    made.className = className;
    parent.append(made);
    return made;
  };

  const makeRow = () => {
    const item = make(element("labels"), "li", "");
    const name = make(item, "bdi", "name");
    const bar = make(make(item, "div", "track"), "div", "bar");
    return { item, name, bar, digits: make(item, "span", "digits") };
  };

  const fillRow = ({ item, name, bar, digits }, label, probability, isGiven) => {
    item.className = isGiven ? "given" : "";
    name.textContent = label;
    bar.style.width = `${probability * 100}%`;
    digits.textContent = sixDigits(probability);
  };

  // Few labels keep their places; of many the likeliest are shown.
  const shownLabels = (probabilities) => {
    const order = [...probabilities.keys()];
    if (order.length > SHOWN) order.sort((a, b) => probabilities[b] - probabilities[a] || a - b);
    return order.slice(0, SHOWN);
  };

  // A screen reader says the answer anew only where it is another one.
  const say = (words, isWaiting) => {
    answer.classList.toggle("waiting", isWaiting);
    if (answer.textContent !== words) answer.textContent = words;
  };

  const none = (model) => (model.anyLabels ? "none of the labels" : "no answer: the model is not sure enough");

  const show = (model, rows) => {
    const isEmpty = !text.value.trim();
    element("labels").classList.toggle("idle", isEmpty);
    if (isEmpty) return say("Type or paste a text.", true);
    const { given, probabilities } = model.classify(text.value);
    shownLabels(probabilities).forEach((k, i) => fillRow(rows[i], model.labels[k], probabilities[k], given.includes(model.labels[k])));
    return say(given.join(", ") || none(model), !given.length);
  };

  const start = async () => {
    const bytes = Uint8Array.from(atob(element("model").textContent), (c) => c.charCodeAt(0));
    const model = await loadSeqnet(bytes);
    const rows = Array.from({ length: Math.min(SHOWN, model.labels.length) }, makeRow);
    if (model.labels.length > SHOWN) element("others").textContent = `The likeliest of ${model.labels.length.toLocaleString("en")} labels.`;
    let frame = 0;
    text.addEventListener("input", () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => show(model, rows));
    });
    show(model, rows);
  };

  try {
    await start();
  } catch (error) {
    say(`This browser cannot run the model: ${error.message}`, true);
  }
})();
