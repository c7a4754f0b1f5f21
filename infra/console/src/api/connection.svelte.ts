// Whether the connection to the instance is lost, for as long as something waits for it.
export const connection = $state({ isLost: false });
