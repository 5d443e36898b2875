/** Types of what goes over a class's channel (app/room/), for the type checker alone. */

/** A question to a class, as everybody is told of it: see app/room/questions.py. */
interface Question {
  id: number;
  kind: "choice" | "number" | "curve";
  text: string;
  state: "open" | "closed" | "revealed";
  /** From 1. */
  round: number;
  answers: number;
  /** Of a choice. */
  options?: string[];
  /** Of a number. */
  unit?: string;
  /** Of a curve: T, and log10 of the ends of its axis. */
  timesteps?: number;
  low?: number;
  high?: number;
  /** Of a curve: the lane that it is asked of. */
  label?: string;
  /** By round, once the vote is closed. */
  results?: any[];
  /** Once it is revealed: an option, a number, or log10 values. */
  truth?: any;
  /** The iteration of the class's run at which it was revealed. */
  at?: number | null;
}

/** A question as a lecturer asks it. */
type AskedQuestion = Omit<
  Question,
  "id" | "state" | "round" | "answers" | "results" | "truth" | "at"
>;

/** What the lecturer's page is told of the class. */
interface ClassState {
  followers: number;
  alone: number;
  away: number;
  places: { lesson: string; step: number | null; count: number }[];
  answers: number;
  hands: { id: number; text: string }[];
  offers: { id: number; link: string }[];
}

/** The channel of a class, as far as its panel uses it. */
interface ClassChannel {
  /** False if there is no connection. */
  send(message: { type: string; [more: string]: any }): boolean | void;
  on(type: string, listener: (message: any) => void): void;
}
