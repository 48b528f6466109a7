/** Something of the one form that the other cannot say, or that was left out as not understood. */
export type Loss = { readonly at: string; readonly what: string }
