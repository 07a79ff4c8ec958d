using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Personal data goes after a time, and at once when a person is to be erased.</summary>
[Collection(StackCollection.Name)]
public sealed class PrivacyTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData("Done", 31, true)]
    [InlineData("Done", 29, false)]
    [InlineData("Dead", 181, true)]
    [InlineData("Dead", 179, false)]
    [InlineData("Pending", 400, false)]
    public async Task The_content_of_an_event_is_kept_for_a_time_and_its_id_type_and_times_for_ever(
        string stateName, int days, bool isEmptied)
    {
        var state = Enum.Parse<EventState>(stateName);
        var id = Stack.NewEventId();
        await stack.Database.ExecuteAsync(
            $"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, attempts, next_attempt_at, outcome)
            values ('{id}', 'customer.created', '{Stack.EventOf("customer.created", "cs_1", id)}', now(),
                now() - interval '{days} days', {(short)state}, 1, now() + interval '1 day', 'unhandled')
            """);

        await stack.Payments.Services.GetRequiredService<Retention>().DeleteOldAsync(default);

        Assert.Equal(isEmptied, "" == await stack.Database.ScalarAsync<string>($"select payload from stripe_events where id = '{id}'"));
        Assert.Equal("customer.created", await stack.Database.ScalarAsync<string>($"select type from stripe_events where id = '{id}'"));
        if (state == EventState.Dead && isEmptied)
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(
                async () => await stack.Operator.ReplayEventAsync(new() { EventId = id }));
            Assert.Equal("event_emptied", refusal.ErrorCode());
        }
        await stack.Database.ExecuteAsync($"delete from stripe_events where id = '{id}'");
    }

    [Fact]
    public async Task Erasing_a_person_leaves_neither_an_email_nor_a_link_in_any_table_nor_at_Stripe()
    {
        var email = $"erased-{_user:N}@example.com";
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""", $"key-{_user}");
        Assert.Equal(303, (await stack.PayAsync(topup.CheckoutUrl, ("card_number", "4242424242424242"), ("email", email))).Status);
        await stack.BalanceBecomesAsync(_user, 500);
        await stack.HandledAsync(topup.SessionId, atLeast: 1);
        // The next one carries the e-mail in its row.
        await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await stack.Database.ExecuteAsync($"update checkouts set client_address = '198.51.100.77' where user_id = '{_user}'");
        await DownloadedAsync();
        var customer = await stack.Database.ScalarAsync<string>($"select customer_id from customers where user_id = '{_user}'");
        Assert.NotEmpty(await WhereAsync(email));

        var erased = await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" });

        Assert.True(erased.CustomerDeleted && erased.Events >= 1, erased.ToString());
        Assert.Empty(await WhereAsync(email));
        Assert.Empty(await WhereAsync(topup.CheckoutUrl));
        Assert.Empty(await WhereAsync("198.51.100.77"));
        Assert.Equal(0, await DownloadsAsync());
        Assert.True((await new CustomerService(stack.Stripe).GetAsync(customer)).Deleted);
        // The books stay, and the person may come back.
        Assert.Equal(500, await stack.BalanceAsync(_user));
        Assert.Equal("paid", await stack.StatusAsync(_user, topup.SessionId));
        Assert.False((await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" })).CustomerDeleted);
        await stack.PaidAsync(_user, """{"amount_cents":700}""");
        await stack.WalletBecomesAsync(_user, 1_200);
    }

    [Fact]
    public async Task Erasing_a_person_empties_links_and_notes_and_deletes_rules_failures_and_stored_responses()
    {
        await stack.TopupAsync(_user, """{"pack":"starter"}""", $"key-{_user}");
        var text = $"person-{_user:N}";
        await stack.Database.ExecuteAsync(
            $"""
            update checkouts set receipt_url = 'https://r/{text}', invoice_url = 'https://i/{text}', access_username = '{text}'
            where user_id = '{_user}';
            insert into operator_refunds (id, checkout_id, requested_cents, amount_cents, is_forced, reason, actor, note, state,
                stripe_attempt, attempts, next_attempt_at, created_at, updated_at)
            select 'refund-{_user}', id, 1, 1, false, '', 'ann', '{text}', 3, 0, 0, now(), now(), now()
            from checkouts where user_id = '{_user}';
            insert into failed_payments (event_id, user_id, failed_at) values ('evt_{_user:N}', '{_user}', now());
            insert into auto_topups (user_id, state, threshold_cents, pack_id, agreed_price_cents, monthly_cap_cents, version, failures,
                next_check_at, created_at, updated_at)
            values ('{_user}', 4, 100, 'starter', 500, 500, 1, 0, now(), now(), now())
            """);
        var tables = new[] { "auto_topups", "failed_payments", "idempotency_records" };
        Assert.All(await RowsAsync(), rows => Assert.Equal(1, rows));

        await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" });

        Assert.Empty(await WhereAsync(text));
        Assert.All(await RowsAsync(), rows => Assert.Equal(0, rows));

        async Task<long[]> RowsAsync() => await Task.WhenAll(tables.Select(table =>
            stack.Database.ScalarAsync<long>($"select count(*) from {table} where user_id = '{_user}'")));
    }

    [Fact]
    public async Task During_an_outage_of_Stripe_nothing_is_half_erased()
    {
        await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await using (await stack.FaultAsync("status", "DELETE /v1/customers", times: 10, status: 503))
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(
                async () => await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" }));
            Assert.Equal("stripe_unavailable", refusal.ErrorCode());
            Assert.True(await stack.StruckAsync() > 0);
        }

        Assert.True((await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" })).CustomerDeleted);
    }

    [Fact]
    public async Task During_an_outage_of_Storage_nothing_is_erased_here_and_the_call_can_be_repeated()
    {
        await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.Database.ExecuteAsync($"update checkouts set client_address = '198.51.100.78' where user_id = '{_user}'");
        await DownloadedAsync();
        stack.StorageGate.Close();
        try
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(
                async () => await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" }));
            Assert.Equal((StatusCode.Unavailable, "storage_unavailable"), (refusal.StatusCode, refusal.ErrorCode()));
            Assert.True(stack.StorageGate.Refused > 0);
        }
        finally
        {
            stack.StorageGate.Reopen();
        }
        Assert.NotEmpty(await WhereAsync("198.51.100.78"));
        Assert.Equal(1, await DownloadsAsync());

        Assert.True((await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" })).CustomerDeleted);
        Assert.Empty(await WhereAsync("198.51.100.78"));
        Assert.Equal(0, await DownloadsAsync());
    }

    // A link to a file was given to this user.
    private Task DownloadedAsync() => stack.StorageDatabase.ExecuteAsync(
        $"""
        insert into downloads (user_id, download_id, output_key, client_address, filename, first_at, last_at, link_count)
        values ('{_user}', gen_random_uuid(), '{_user}/output/1.mp4', '198.51.100.77', 'clip.mp4', now(), now(), 1)
        """);

    // Those with an address or a file name.
    private Task<long> DownloadsAsync() => stack.StorageDatabase.ScalarAsync<long>(
        $"select count(*) from downloads where user_id = '{_user}' and (client_address <> '' or filename <> '')");

    // Every text in every table.
    private async Task<List<string>> WhereAsync(string text)
    {
        var columns = (await stack.Database.ScalarAsync<string>(
            """
            select string_agg(table_name || '.' || column_name, ',') from information_schema.columns
            where table_schema = 'public' and table_name !~ '^__' and data_type in ('text', 'character varying', 'bytea')
            """)).Split(',');
        var found = new List<string>();
        foreach (var column in columns.Select(column => column.Split('.')))
        {
            if (await stack.Database.ScalarAsync<bool>(
                $"select exists (select 1 from {column[0]} where position(convert_to('{text}', 'UTF8') in {AsBytes(column[1])}) > 0)"))
            {
                found.Add(string.Join('.', column));
            }
        }
        return found;

        static string AsBytes(string column) => column is "body" or "request_hash" ? column : $"convert_to({column}, 'UTF8')";
    }
}
