import { z } from 'zod';
import { providerNames } from '../domain/analysis.ts';

/** Handles are issued by the main side; anything longer was not. */
export const handle = z.string().min(1).max(128);

/** 'auto' or an installed model's name; never a path, which only the command line may give. */
export const modelName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/** 'auto', or an execution provider that has to be used. */
export const providerWish = z.enum(['auto', ...providerNames]);

/** The input of a call that needs none. */
export const nothing = z.object({}).default({});

/** A call's input schema together with the type of what it returns. */
export interface CallDefinition<Input extends z.ZodType, Output> {
  input: Input;
  /** Carries the type only; never set. */
  output?: Output;
}

/** Defines a call: `call<Output>()(input schema)`, in two steps so that the schema's type is inferred. */
export function call<Output>() {
  return <Input extends z.ZodType>(input: Input): CallDefinition<Input, Output> => ({ input });
}

export interface JobStarted {
  job: string;
}
