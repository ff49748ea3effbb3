// Ids for what is sent once. randomUUID would need https, and a chat in the house may have none.
window.freshId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
