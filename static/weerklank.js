// Small helps on top of pages that work without them.

// A button with data-copy appears once there is a clipboard to copy to. It copies
// the text of the element that it names, and says so in its own words.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.innerText.trim().replace(/\s+/g, " "));
      button.textContent = button.dataset.done || button.textContent;
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}
