/**
 * For a Hono app of one's own: the stages and what they are built of, and the token verifier by
 * itself. The Worker in index.ts is made of the same parts.
 */
export { defineGateway } from './config/gateway.ts'
export { buildGateway, type Gateway } from './gateway.ts'
export { identify, type Identified } from './identify/stage.ts'
export { verifyJws } from './identify/jwt/verify-jws.ts'
export { type Inbound, openInbound } from './inbound.ts'
export { wayOfARequest, wayOfAVectorRequest } from './pipeline.ts'
export { Problem } from './problem/problem.ts'
export { problemResponse, toProblem } from './problem/respond.ts'
export { Pipeline, type Stage } from './stage.ts'
