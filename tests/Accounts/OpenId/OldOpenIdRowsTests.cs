using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>What nobody needs any more is deleted.</summary>
public sealed class OldOpenIdRowsTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    [Fact]
    public async Task Sign_ins_and_tokens_that_have_ended_are_deleted_and_no_others()
    {
        foreach (var (hash, days) in new[] { ("01", 0), ("02", 100) })
        {
            var ends = $"now() + interval '{days} days 1 hour'";
            await accounts.Database.ExecuteAsync($"insert into used_id_tokens (token_hash, expires_at) values ('\\x{hash}', {ends})");
            await accounts.Database.ExecuteAsync(
                $"""
                insert into openid_sign_ins (sign_in_id, provider, requested_by, return_to, expires_at)
                values (gen_random_uuid(), '{hash}', gen_random_uuid(), '/', {ends})
                """);
        }
        await Eventually.IsTrueAsync(
            async () =>
            {
                accounts.Clock.Advance(TimeSpan.FromHours(2));
                return await RowsAsync() == 2;
            },
            "the first ones are deleted");
        Assert.Equal(1L, await accounts.Database.ScalarAsync<long>("select count(*) from openid_sign_ins where provider = '02'"));
        Assert.Equal(1L, await accounts.Database.ScalarAsync<long>("select count(*) from used_id_tokens where token_hash = '\\x02'"));
    }

    private Task<long> RowsAsync() => accounts.Database.ScalarAsync<long>(
        "select (select count(*) from used_id_tokens) + (select count(*) from openid_sign_ins)");
}
