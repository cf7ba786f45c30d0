/** What `npm run review` ends with while somebody still has to decide about a risk. */
export const OPEN = 2;
