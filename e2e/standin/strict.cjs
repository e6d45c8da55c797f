/** What the stand-in's parts are made of: whatever nobody wrote throws, and so does what is used after its end. */
'use strict';
const { EventEmitter } = require('node:events');

/**
 * Throws for what nobody wrote, instead of letting a mistake look like `undefined`.
 *
 * @template {object} Members
 * @param {string} name
 * @param {Members} members
 * @returns {Members}
 */
function strict(name, members) {
  return new Proxy(members, {
    get: (target, member, receiver) => {
      // `then` is asked of everything that is awaited, `toJSON` of everything that is printed.
      if (typeof member === 'symbol' || member in target || member === 'then' || member === 'toJSON')
        return Reflect.get(target, member, receiver);
      throw new Error(`[stand-in] electron.${name === '' ? '' : `${name}.`}${member} is not implemented`);
    },
  });
}

/**
 * What a class of Electron's that is an emitter begins with. The end of its chain of prototypes is strict, so that its
 * objects and the class itself are; and it emits nothing but these events.
 *
 * @template {string} [Event=never]
 * @param {string} name
 * @param {readonly Event[]} [events]
 */
function strictEmitter(name, events = []) {
  class Base extends EventEmitter {
    /**
     * @override
     * @param {Event} event
     * @param {unknown[]} args
     */
    emit(event, ...args) {
      if (!events.includes(event)) throw new Error(`[stand-in] electron.${name} does not emit ${event}`);
      return super.emit(event, ...args);
    }
  }
  Object.setPrototypeOf(Base.prototype, strict(name, EventEmitter.prototype));
  Object.setPrototypeOf(Base, strict(name, EventEmitter));
  return Base;
}

/**
 * An object of Electron's that is an emitter, with these members.
 *
 * @template {object} Members
 * @template {string} Event
 * @param {string} name
 * @param {readonly Event[]} events
 * @param {Members} members
 */
function emitterWith(name, events, members) {
  const Base = strictEmitter(name, events);
  return Object.assign(new Base(), members);
}

/** @type {WeakSet<object>} */
const destroyed = new WeakSet();

/** What its members are asked for from now on, they refuse. @param {object} object */
function markDestroyed(object) {
  destroyed.add(object);
}

/** @param {object} object */
const isMarkedDestroyed = (object) => destroyed.has(object);

/**
 * Makes the members of a class throw once its object has been destroyed, as those of Electron's classes do. What an emitter
 * has goes on working.
 *
 * @param {{ prototype: object }} Class
 * @param {() => Error} refusal
 */
function throwAfterDestroy({ prototype }, refusal) {
  const worksAlways = new Set(['constructor', 'destroy', 'isDestroyed']);
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (worksAlways.has(name)) continue;
    for (const part of /** @type {const} */ (['value', 'get'])) {
      const original = member[part];
      if (typeof original !== 'function') continue;
      member[part] = function (/** @type {unknown[]} */ ...args) {
        if (isMarkedDestroyed(this)) throw refusal();
        return original.apply(this, args);
      };
    }
    Object.defineProperty(prototype, name, member);
  }
}

/** An event whose consequence a listener can prevent. */
class PreventableEvent {
  defaultPrevented = false;
  preventDefault() {
    this.defaultPrevented = true;
  }
}

module.exports = {
  emitterWith,
  isMarkedDestroyed,
  markDestroyed,
  PreventableEvent,
  strict,
  strictEmitter,
  throwAfterDestroy,
};
