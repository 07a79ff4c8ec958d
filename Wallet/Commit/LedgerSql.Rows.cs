using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Wallet;

// Rows as parameters and results.
internal static partial class LedgerSql
{
    public static PaymentCredits ReadPayment(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1),
        new PaymentPart(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(8), row.GetInt64(9)),
        new PaymentPart(row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(10), row.GetInt64(11)));

    public static Account ReadAccount(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), row.GetInt64(5),
        row.GetFieldValue<DateTimeOffset>(6), row.GetGuid(7));

    public static FreezeState ReadFreeze(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetBoolean(2));

    public static Hold ReadHold(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetInt64(2), (HoldState)row.GetInt16(3), row.GetInt64(4),
        row.IsDBNull(5) ? null : row.GetInt64(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        row.IsDBNull(7) ? null : row.GetInt64(7), row.IsDBNull(8) ? null : row.GetInt64(8));

    public static WalletJoin ReadJoin(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetGuid(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6),
        row.GetInt64(7), row.GetInt64(8), row.GetString(9), row.IsDBNull(10) ? null : row.GetString(10),
        row.GetFieldValue<DateTimeOffset>(11));

    private static NpgsqlBatchCommand Insert(IReadOnlyCollection<WalletJoin> joins) => new(InsertJoins)
    {
        Parameters =
        {
            Uuids(joins.Select(join => join.UserId)),
            Uuids(joins.Select(join => join.IntoUserId)),
            Texts(joins.Select(join => join.Key)),
            Uuids(joins.Select(join => join.RequestHash)),
            Longs(joins.Select(join => join.MovedCents)),
            Longs(joins.Select(join => join.OwedCents)),
            Longs(joins.Select(join => join.BalanceCents)),
            Longs(joins.Select(join => join.Sequence)),
            Longs(joins.Select(join => join.IntoSequence)),
            Texts(joins.Select(join => join.Actor)),
            Texts(joins.Select(join => join.Reason)),
            Array(NpgsqlDbType.TimestampTz, joins.Select(join => join.JoinedAt)),
        },
    };

    private static NpgsqlBatchCommand Insert(IReadOnlyCollection<Transfer> transfers) => new(InsertTransfers)
    {
        Parameters =
        {
            Uuids(transfers.Select(transfer => transfer.UserId)),
            Longs(transfers.Select(transfer => transfer.Sequence)),
            Shorts(transfers.Select(transfer => (short)transfer.DebitAccount)),
            Shorts(transfers.Select(transfer => (short)transfer.CreditAccount)),
            Longs(transfers.Select(transfer => transfer.AmountCents)),
            Shorts(transfers.Select(transfer => (short)transfer.Reason)),
            Texts(transfers.Select(transfer => transfer.JobId)),
            Texts(transfers.Select(transfer => transfer.StripePaymentId)),
            Texts(transfers.Select(transfer => transfer.Description)),
            Longs(transfers.Select(transfer => transfer.BalanceAfterCents)),
            Array(NpgsqlDbType.TimestampTz, transfers.Select(transfer => transfer.CreatedAt)),
            Texts(transfers.Select(transfer => transfer.IdempotencyKey)),
            Array(NpgsqlDbType.Uuid, transfers.Select(transfer => transfer.RequestHash)),
            Array(NpgsqlDbType.TimestampTz, transfers.Select(transfer => transfer.ExpiresAt)),
            Array(NpgsqlDbType.Bigint, transfers.Select(transfer => transfer.LotSequence)),
            Uuids(transfers.Select(transfer => transfer.ChainHash)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<Hold> holds) => new(UpsertHolds)
    {
        Parameters =
        {
            Uuids(holds.Select(hold => hold.UserId)),
            Texts(holds.Select(hold => hold.JobId)),
            Longs(holds.Select(hold => hold.AmountCents)),
            Shorts(holds.Select(hold => (short)hold.State)),
            Longs(holds.Select(hold => hold.SettledCents)),
            Array(NpgsqlDbType.Bigint, holds.Select(hold => hold.EndBalanceCents)),
            Array(NpgsqlDbType.TimestampTz, holds.Select(hold => hold.ExpiresAt)),
            Array(NpgsqlDbType.Bigint, holds.Select(hold => hold.PlacedSequence)),
            Array(NpgsqlDbType.Bigint, holds.Select(hold => hold.EndSequence)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<PaymentCredits> payments) => new(UpsertPayments)
    {
        Parameters =
        {
            Uuids(payments.Select(payment => payment.UserId)),
            Texts(payments.Select(payment => payment.StripePaymentId)),
            Longs(payments.Select(payment => payment.Paid.CreditedCents)),
            Longs(payments.Select(payment => payment.Paid.ClawedBackCents)),
            Longs(payments.Select(payment => payment.Paid.ExpiredCents)),
            Longs(payments.Select(payment => payment.Bonus.CreditedCents)),
            Longs(payments.Select(payment => payment.Bonus.ClawedBackCents)),
            Longs(payments.Select(payment => payment.Bonus.ExpiredCents)),
            Longs(payments.Select(payment => payment.Paid.ExpiredTakenCents)),
            Longs(payments.Select(payment => payment.Paid.OwedTakenCents)),
            Longs(payments.Select(payment => payment.Bonus.ExpiredTakenCents)),
            Longs(payments.Select(payment => payment.Bonus.OwedTakenCents)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<FreezeState> freezes) => new(UpsertFreezes)
    {
        Parameters =
        {
            Uuids(freezes.Select(freeze => freeze.UserId)),
            Texts(freezes.Select(freeze => freeze.Reference)),
            Array(NpgsqlDbType.Boolean, freezes.Select(freeze => freeze.Lifted)),
        },
    };

    private static NpgsqlBatchCommand Upsert(IReadOnlyCollection<LotExpiry> expiries) => new(UpsertLotExpiries)
    {
        Parameters =
        {
            Uuids(expiries.Select(expiry => expiry.UserId)),
            Longs(expiries.Select(expiry => expiry.Sequence)),
            Array(NpgsqlDbType.TimestampTz, expiries.Select(expiry => expiry.DueAt!.Value)),
        },
    };

    private static NpgsqlBatchCommand Delete(IReadOnlyCollection<LotExpiry> expiries) => new(DeleteLotExpiries)
    {
        Parameters = { Uuids(expiries.Select(expiry => expiry.UserId)), Longs(expiries.Select(expiry => expiry.Sequence)) },
    };

    private static NpgsqlBatchCommand Update(IReadOnlyCollection<Account> accounts) => new(UpdateAccounts)
    {
        Parameters =
        {
            Uuids(accounts.Select(account => account.UserId)),
            Longs(accounts.Select(account => account.BalanceCents)),
            Longs(accounts.Select(account => account.HeldCents)),
            Longs(accounts.Select(account => account.ReceivableCents)),
            Array(NpgsqlDbType.Integer, accounts.Select(account => account.FreezeCount)),
            Longs(accounts.Select(account => account.LastSequence)),
            Array(NpgsqlDbType.TimestampTz, accounts.Select(account => account.UpdatedAt)),
            Uuids(accounts.Select(account => account.ChainHash)),
        },
    };

    private static NpgsqlParameter Uuids(IEnumerable<Guid> values) => Array(NpgsqlDbType.Uuid, values);

    private static NpgsqlParameter Texts(IEnumerable<string?> values) => Array(NpgsqlDbType.Text, values);

    private static NpgsqlParameter Longs(IEnumerable<long> values) => Array(NpgsqlDbType.Bigint, values);

    private static NpgsqlParameter Shorts(IEnumerable<short> values) => Array(NpgsqlDbType.Smallint, values);

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType element, IEnumerable<T> values) =>
        new() { TypedValue = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | element };
}
