/**
 * Holds the stand-in to electron.d.ts: what it has, Electron has, in the same shape. It may have less, as whatever is missing
 * throws with its name when it is used (strict.cjs).
 */
import type { EventEmitter } from 'node:events';
import type electron from 'electron';
import standin from './electron.cjs';

export type Electron = typeof electron;

type AnyFunction = (...args: never[]) => unknown;
type AnyClass = abstract new (...args: never[]) => unknown;

type EventsOf<Emitter> = Emitter extends { emit: (event: infer Event, ...args: never[]) => unknown }
  ? Event
  : never;
type Hears<Emitter, Event> = Emitter extends {
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the listener is given
  on: (event: Event, listener: (...args: any[]) => void) => unknown;
}
  ? true
  : false;
/** Those of its events that Electron's does not have. */
type Unheard<Told, Real> = {
  [Event in EventsOf<Told> & string]: Hears<Real, Event> extends true ? never : Event;
}[EventsOf<Told> & string];

/** Some members of an interface, or all fields of a structure: that is one without methods. */
type ObjectTruth<Told, Real> = {
  [Name in Exclude<keyof Told, keyof EventEmitter>]: Name extends keyof Real
    ? Truth<Told[Name], Real[Name]>
    : never;
} & (Extract<Real[keyof Real], Function> extends never ? Real : unknown) &
  ('emit' extends keyof Told ? (Unheard<Told, Real> extends never ? unknown : Unheard<Told, Real>) : unknown);

type ClassTruth<Told extends AnyClass, Real extends AnyClass> = (abstract new (
  ...args: ConstructorParameters<Real>
) => Truth<InstanceType<Told>, InstanceType<Real>>) & {
  [Name in Exclude<keyof Told, keyof typeof EventEmitter>]: Name extends keyof Real
    ? Truth<Told[Name], Real[Name]>
    : never;
};

type FunctionTruth<Told extends AnyFunction, Real> =
  // As electron.d.ts has it for the click of a menu item.
  Function extends Real
    ? Real
    : Real extends AnyFunction
      ? (...args: Parameters<Real>) => Truth<ReturnType<Told>, ReturnType<Real>>
      : never;

type IsAny<Type> = 0 extends 1 & Type ? true : false;
// Identical: what is `any` in one of them is the same as nothing else.
type IsSame<Told, Real> =
  (<Type>() => Type extends Told ? 1 : 2) extends <Type>() => Type extends Real ? 1 : 2 ? true : false;

/** What `Told` has to be, to be `Real` or a part of it; `never` stands where it has what `Real` lacks. */
export type Truth<Told, Real> =
  IsAny<Told> extends true
    ? // Whatever could be anything would hold with everything.
      IsAny<Real> extends true
      ? unknown
      : never
    : IsSame<Told, Real> extends true
      ? Real
      : Told extends AnyClass
        ? Real extends AnyClass
          ? ClassTruth<Told, Real>
          : never
        : Told extends AnyFunction
          ? FunctionTruth<Told, Real>
          : Told extends Promise<infer ToldValue>
            ? Real extends Promise<infer RealValue>
              ? Promise<Truth<ToldValue, RealValue>>
              : never
            : Told extends readonly (infer ToldEntry)[]
              ? Real extends readonly (infer RealEntry)[]
                ? readonly Truth<ToldEntry, RealEntry>[]
                : never
              : Told extends object
                ? Real extends object
                  ? ObjectTruth<Told, Real>
                  : never
                : Real;

standin satisfies Truth<typeof standin, Electron>;
