// placeholder
export const mcp = async (..._: unknown[]): Promise<number> => 2;
