import { ddl } from './ddl.ts'

/** What a migration to another engine cannot carry by itself, and must list: a view and two routines. */
export const orderSummary = {
  name: 'order_summary',
  columns: ['order_id', 'customer', 'placed_at', 'line_count', 'total'],
  select: [
    ddl`select [o].[id] AS [order_id],[c].[fullName] AS [customer],[o].[placed_at] AS [placed_at],`,
    ddl`count(0) AS [line_count],sum([i].[line_total]) AS [total] `,
    ddl`from (([order] [o] join [order_items] [i] on(([i].[order_id] = [o].[id]))) `,
    ddl`left join [customers] [c] on(([c].[id] = [o].[customer_id]))) `,
    ddl`group by [o].[id],[c].[fullName],[o].[placed_at]`,
  ].join(''),
} as const

export const routines = [
  {
    kind: 'FUNCTION',
    name: 'price_with_tax',
    create: ddl`CREATE DEFINER=[root]@[localhost] FUNCTION [price_with_tax](price DECIMAL(10,2), rate DECIMAL(4,3)) RETURNS decimal(10,2)
    DETERMINISTIC
    COMMENT 'Gross price, rounded to cents'
BEGIN
  RETURN ROUND(price * (1 + rate), 2);
END`,
  },
  {
    kind: 'PROCEDURE',
    name: 'empty_old_carts',
    create: ddl`CREATE DEFINER=[root]@[localhost] PROCEDURE [empty_old_carts](IN days INT)
BEGIN
  -- it's for good; a cart has no lines that anybody bills
  DELETE FROM [order] WHERE status = 'cart' AND placed_at < NOW() - INTERVAL days DAY;
END`,
  },
] as const
