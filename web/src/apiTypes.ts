/* What the server's description says of one operation: its answer, body and query. */

export type Ok<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Answer } } }
}
  ? Answer
  : never

export type Body<Operation> = Operation extends {
  requestBody?: { content: { 'application/json': infer Sent } }
}
  ? NonNullable<Sent>
  : never

export type Query<Operation> = Operation extends { parameters: { query?: infer Asked } }
  ? NonNullable<Asked>
  : never

export type Item<Operation> = Ok<Operation> extends { items: (infer One)[] } ? One : never
