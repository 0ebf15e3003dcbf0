/** DOM helpers. Data is inserted as text only, never as markup. */

/**
 * The element with an id; it must have this type.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} "${id}"`);
  return found;
}

/**
 * A new element with a class and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {(Node | string)[]} children strings become text nodes
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/**
 * Makes `nodes` the children of `parent`. Children that stay are not moved, so they keep the focus.
 * @param {Element} parent
 * @param {readonly Element[]} nodes
 */
function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

/**
 * Draws an item once, and again only when it has changed.
 * @template T
 * @param {(item: T) => string | number} keyOf
 * @param {(item: T) => HTMLElement} draw
 * @returns {(parent: Element, items: readonly T[]) => HTMLElement[]} draws a list; returns the nodes that replaced another one
 */
export function keyed(keyOf, draw) {
  /** @type {Map<string | number, { text: string, node: HTMLElement }>} */
  let known = new Map();
  return (parent, items) => {
    const before = known;
    /** @type {HTMLElement[]} */
    const redrawn = [];
    known = new Map(
      items.map((item) => {
        const text = JSON.stringify(item);
        const old = before.get(keyOf(item));
        if (old?.text === text) return [keyOf(item), old];
        const node = draw(item);
        const hadFocus = old?.node.contains(document.activeElement) ?? false;
        if (old) {
          old.node.replaceWith(node);
          redrawn.push(node);
        }
        if (hadFocus) focusable(node)?.focus();
        return [keyOf(item), { text, node }];
      }),
    );
    arrange(
      parent,
      [...known.values()].map(({ node }) => node),
    );
    return redrawn;
  };
}

/** @param {HTMLElement} node @returns {HTMLElement | null} */
function focusable(node) {
  return node.querySelector('button, a');
}

/** @param {number} seconds unix time; the time of today, or a date */
export function shortTime(seconds) {
  const time = new Date(seconds * 1000);
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? clockTime(seconds) : time.toLocaleDateString('sv-SE');
}

/** @param {number} seconds unix time */
export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB');
}

/** @param {number} seconds unix time */
export function fullTime(seconds) {
  return new Date(seconds * 1000).toLocaleString('sv-SE');
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
