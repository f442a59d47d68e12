// Presses the only button of the page that hands a reference back.
const form = document.getElementById("hand-back");
if (form) {
  form.requestSubmit();
}
