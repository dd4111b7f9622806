// What waits to be sent, on this phone's disk.
// Law: *saved* is said only when the disk has it (strict durability). What cannot be kept there is
// kept in memory, and whoever asks is told so. No transaction is waited for without an end: under
// automation and in private windows some browsers never answer.
const DISK_MS = 3000;
const memory = new Map();
let disk;

const within = (ms, promise) => new Promise((done, failed) => {
  const limit = setTimeout(() => failed(new Error("no answer from the disk")), ms);
  promise.then(done, failed).finally(() => clearTimeout(limit));
});

const opened = () => new Promise((done, failed) => {
  const asked = indexedDB.open("box", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("items", { keyPath: "key" });
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    // *Clear this phone*, here or in another tab, is not held up.
    asked.result.onversionchange = () => { asked.result.close(); disk = undefined; };
    asked.result.onclose = () => { disk = undefined; };
    done(asked.result);
  };
});

const transact = async (mode, act) => {
  try {
    disk = disk || within(DISK_MS, opened());
    const db = await disk;
    return await within(DISK_MS, new Promise((done, failed) => {
      const work = db.transaction("items", mode, { durability: "strict" });
      const asked = act(work.objectStore("items"));
      work.oncomplete = () => done(asked.result);
      work.onerror = work.onabort = () => failed(work.error);
    }));
  } catch (error) {
    disk = undefined;
    throw error;
  }
};

// Keeps an item; answers whether the disk has it.
const keep = async item => {
  memory.set(item.key, item);
  try {
    await transact("readwrite", store => store.put(item));
    memory.delete(item.key);
    return true;
  } catch {
    return false;
  }
};

// Whether the item still waits: another tab or the worker may have delivered it.
const waits = async key => {
  if (memory.has(key)) return true;
  try {
    return await transact("readonly", store => store.count(key)) > 0;
  } catch {
    return false;
  }
};

// Everything that waits, in the order in which it was said.
const waiting = async () => {
  const items = new Map(memory);
  try {
    for (const item of await transact("readonly", store => store.getAll())) items.set(item.key, item);
  } catch {
    // The memory alone, then.
  }
  return [...items.values()].sort((a, b) => a.at - b.at);
};

const forget = async key => {
  memory.delete(key);
  try {
    await transact("readwrite", store => store.delete(key));
  } catch {
    // It would be sent once more under its key, and the server does nothing twice.
  }
};

const forgetAll = async () => {
  memory.clear();
  try {
    await transact("readwrite", store => store.clear());
  } catch {
    // Nothing was kept there.
  }
};
