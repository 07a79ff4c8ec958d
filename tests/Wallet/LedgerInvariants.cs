namespace ReelBallers.Wallet.Tests;

/// <summary>The invariants of the ledger.</summary>
internal static class LedgerInvariants
{
    /// <summary>Checks the transfers and compares them with the reference.</summary>
    public static void Check(List<Transfer> transfers, ReferenceLedger reference)
    {
        foreach (var user in transfers.GroupBy(transfer => transfer.UserId))
        {
            var (replay, account, lots) = (new WalletReplay(user.Key), Account.Empty(user.Key), new LotBook());
            var last = DateTimeOffset.MinValue;
            foreach (var transfer in user)
            {
                replay.Add(transfer);
                account = account.Apply(transfer);
                lots.Apply(transfer);
                Assert.True(account is { BalanceCents: >= 0, HeldCents: >= 0, ReceivableCents: >= 0 }, $"Negative: {account}");
                Assert.True(transfer.CreatedAt >= last);
                last = transfer.CreatedAt;
            }
            Assert.Empty(replay.Findings);
            var wallet = reference.Wallets[user.Key];
            Assert.Equal((wallet.Ready, wallet.Held, wallet.Owed), (account.BalanceCents, account.HeldCents, account.ReceivableCents));
            Assert.Equal(
                wallet.InOrder.Select(pot => (pot.Number, pot.Bonus, pot.Payment, pot.Expires, pot.Left)),
                lots.Spendable.Select(
                    lot => (lot.Sequence, lot.IsBonus, lot.StripePaymentId, lot.ExpiresAt ?? DateTimeOffset.MaxValue, lot.LeftCents)));
            Assert.Equal(account.HeldCents, lots.Lots.Sum(lot => lot.HeldCents));
        }
    }

    /// <summary>
    /// Checks the stored rows: the wallets and the system's accounts sum to zero, the audit finds nothing, and every lot with
    /// an expiry is scheduled.
    /// </summary>
    public static void Check(InMemoryLedger stored)
    {
        // The wallets from their rows, which the rules keep, and the rest from the transfers: each is written by other code.
        var users = stored.Accounts.Sum(account => account.BalanceCents + account.HeldCents - account.ReceivableCents);
        var system = new[] { AccountType.Revenue, AccountType.Stripe, AccountType.Promo }
            .Sum(account => stored.Transfers.Sum(transfer => transfer.ChangeOf(account)));
        Assert.Equal(0, users + system);
        foreach (var account in stored.Accounts)
        {
            var replay = new WalletReplay(account.UserId);
            replay.Know(stored.JoinsOf(account.UserId));
            foreach (var transfer in stored.Transfers.Where(transfer => transfer.UserId == account.UserId))
            {
                replay.Add(transfer);
            }
            replay.Check(
                account, stored.Holds.Where(hold => hold.UserId == account.UserId),
                stored.Payments.Where(payment => payment.UserId == account.UserId),
                [.. stored.Freezes.Where(freeze => freeze.UserId == account.UserId)]);
            Assert.Empty(replay.Findings);

            var lots = stored.LotsOf(account.UserId);
            Assert.All(lots.Lots.Where(lot => lot.ExpiresAt is not null),
                lot => Assert.Contains((account.UserId, lot.Sequence), stored.LotExpiries));
            Assert.Equal(LotCheckpoint.Write(lots), LotCheckpoint.Write(LotCheckpoint.Read(LotCheckpoint.Write(lots))));
        }
    }
}
