export const options: { readonly url: string; readonly migrate: string; readonly root: string };
