import { buildSchema } from 'graphql';

/** The part of Arweave's GraphQL that tools ask (protocol §9.1); `count` is Goldsky's. */
export const gatewaySchema = buildSchema(`
  type Query {
    transaction(id: ID!): Transaction
    transactions(
      ids: [ID!], owners: [String!], recipients: [String!], tags: [TagFilter!], bundledIn: [ID!], block: BlockFilter,
      first: Int = 10, after: String, sort: SortOrder = HEIGHT_DESC
    ): TransactionConnection!
    block(id: String!): Block
    blocks(ids: [ID!], height: BlockFilter, first: Int = 10, after: String, sort: SortOrder = HEIGHT_DESC): BlockConnection!
  }
  enum SortOrder { HEIGHT_ASC HEIGHT_DESC INGESTED_AT_ASC INGESTED_AT_DESC }
  enum TagOperator { EQ NEQ }
  enum TagMatch { EXACT WILDCARD }
  input TagFilter { name: String!, values: [String!]!, op: TagOperator = EQ, match: TagMatch = EXACT }
  input BlockFilter { min: Int, max: Int }
  type PageInfo { hasNextPage: Boolean! }
  type TransactionConnection { pageInfo: PageInfo!, edges: [TransactionEdge!]!, count: String }
  type TransactionEdge { cursor: String!, node: Transaction! }
  type BlockConnection { pageInfo: PageInfo!, edges: [BlockEdge!]! }
  type BlockEdge { cursor: String!, node: Block! }
  type Transaction {
    id: ID!
    anchor: String!
    signature: String!
    recipient: String!
    owner: Owner!
    fee: Amount!
    quantity: Amount!
    data: MetaData!
    tags: [Tag!]!
    block: Block
    parent: Parent
    bundledIn: Bundle
  }
  type Owner { address: String!, key: String! }
  type Amount { winston: String!, ar: String! }
  type MetaData { size: String!, type: String }
  type Tag { name: String!, value: String! }
  type Block { id: ID!, timestamp: Int!, height: Int!, previous: ID! }
  type Parent { id: ID! }
  type Bundle { id: ID! }
`);
