using Grpc.Core;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Users.V1;
using Stripe;
using Stripe.Checkout;
using UserDataService = ReelBallers.Users.V1.UserDataService;
using Client = ReelBallers.Users.V1.DeletedUsersService.DeletedUsersServiceClient;

namespace ReelBallers.Payments.Tests;

/// <summary>What a user who has deleted the account can still pay, and what is left at Stripe.</summary>
[Collection(StackCollection.Name)]
public sealed class DeletedUserTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Open_checkouts_end_and_the_cards_and_automatic_top_ups_go()
    {
        var paid = await stack.TopupAsync(_user, """{"pack":"starter","save_card":true}""", $"key-{_user}");
        await stack.PayAsync(paid.CheckoutUrl, ("card_number", "4242424242424242"), ("email", $"{_user:N}@example.com"));
        await stack.BalanceBecomesAsync(_user, 500);
        await stack.HandledAsync(paid.SessionId, atLeast: 1);
        var open = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        var customer = await stack.Database.ScalarAsync<string>($"select customer_id from customers where user_id = '{_user}'");

        using (var call = new UserDataService.UserDataServiceClient(stack.Payments.Invoker()).ReadUser(new() { UserId = $"{_user}" }))
        {
            var entries = await call.ResponseStream.ReadAllAsync(CancellationToken.None).ToListAsync();
            Assert.Equal(["purchases", "purchases", "customers", "cards"], entries.Select(entry => entry.List));
            Assert.Contains($"{_user:N}@example.com", entries[2].Json, StringComparison.Ordinal);
            Assert.Contains("4242", entries[3].Json, StringComparison.Ordinal);
        }

        await DeletedAsync();
        // Once more, when the expiry of the open checkout has been heard of.
        await DeletedAsync();

        Assert.Equal("expired", (await new SessionService(stack.Stripe).GetAsync(open.SessionId)).Status);
        Assert.Equal("expired", await stack.StatusAsync(_user, open.SessionId));
        Assert.Equal("paid", await stack.StatusAsync(_user, paid.SessionId));
        Assert.True((await new CustomerService(stack.Stripe).GetAsync(customer)).Deleted);
        Assert.Equal(500, await stack.BalanceAsync(_user));
        Assert.Equal(0, await stack.Database.ScalarAsync<long>(
            $"select count(*) from customers where user_id = '{_user}' and (cards is not null or email is not null)"));
    }

    [Fact]
    public async Task An_event_that_is_not_handled_yet_keeps_its_content_and_is_waited_for()
    {
        var id = Stack.NewEventId();
        // Far from due, so that the worker leaves it alone.
        await stack.Database.ExecuteAsync(
            $$"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, attempts, next_attempt_at)
            values ('{{id}}', 'charge.updated', '{"user":"{{_user}}"}', now(), now(), {{(int)EventState.Pending}}, 0, '2100-01-01')
            """);
        Assert.Equal("payment_events", await DeleteAsync());
        Assert.Contains($"{_user}", await ContentAsync(), StringComparison.Ordinal);
        await stack.Database.ExecuteAsync($"update stripe_events set state = {(int)EventState.Done} where id = '{id}'");
        Assert.Equal(("", ""), (await DeleteAsync(), await ContentAsync()));

        Task<string> ContentAsync() => stack.Database.ScalarAsync<string>($"select payload from stripe_events where id = '{id}'");
    }

    [Fact]
    public async Task An_event_that_is_handled_during_the_erasure_is_emptied_by_the_next_call()
    {
        const string Lock = "4711";
        string[] ids = [Stack.NewEventId(), Stack.NewEventId()];
        await stack.Database.ExecuteAsync(
            $$"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, attempts, next_attempt_at)
            select id, 'charge.updated', '{"user":"{{_user}}"}', now(), now(), state, 0, '2100-01-01'
            from (values ('{{ids[0]}}', {{(int)EventState.Done}}), ('{{ids[1]}}', {{(int)EventState.Pending}})) event (id, state)
            """);
        await using var connection = new NpgsqlConnection(stack.Database.ConnectionString);
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand($"select pg_advisory_lock({Lock})", connection);
        await hold.ExecuteNonQueryAsync();
        await stack.Database.ExecuteAsync(
            $"""
            create function wait_for_test() returns trigger language plpgsql as $$
            begin perform pg_advisory_xact_lock({Lock}); return null; end $$;
            create trigger tr_wait_for_test after update on stripe_events for each row
              when (old.id = '{ids[0]}') execute function wait_for_test()
            """);
        var deleted = DeleteAsync();
        await Eventually.IsTrueAsync(
            () => stack.Database.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'advisory')"),
            "events are being emptied");

        await stack.Database.ExecuteAsync($"update stripe_events set state = {(int)EventState.Done} where id = '{ids[1]}'");
        await using var release = new NpgsqlCommand($"select pg_advisory_unlock({Lock})", connection);
        await release.ExecuteNonQueryAsync();

        Assert.Equal("payment_events", await deleted);
        await stack.Database.ExecuteAsync("drop trigger tr_wait_for_test on stripe_events; drop function wait_for_test()");
        Assert.Equal("", await DeleteAsync());
        Assert.Equal(0, await stack.Database.ScalarAsync<long>(
            $"select count(*) from stripe_events where id in ('{ids[0]}', '{ids[1]}') and payload <> ''"));
    }

    [Fact]
    public async Task What_a_joined_user_could_still_pay_ends_as_well()
    {
        var guest = Guid.NewGuid();
        var open = await stack.TopupAsync(guest, """{"pack":"pro"}""");
        await new JoinedUsersService.JoinedUsersServiceClient(stack.Payments.Invoker()).JoinUserAsync(
            new JoinUserRequest { FromUserId = $"{guest}", IntoUserId = $"{_user}" });

        await DeletedAsync();

        Assert.Equal("expired", (await new SessionService(stack.Stripe).GetAsync(open.SessionId)).Status);
    }

    [Fact]
    public async Task A_payment_that_was_made_and_not_heard_of_is_credited_first()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await using var lost = await stack.FaultAsync("drop_webhook", "", times: 1_000);
        await stack.PayAsync(topup.CheckoutUrl, ("card_number", "4242424242424242"), ("email", $"{_user:N}@example.com"));

        Assert.Equal("", await DeleteAsync());

        Assert.Equal(500, await stack.BalanceAsync(_user));
        Assert.Equal("paid", await stack.StatusAsync(_user, topup.SessionId));
    }

    [Fact]
    public async Task During_an_outage_of_Stripe_the_call_is_to_be_repeated()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await using (await stack.FaultAsync("status", "DELETE /v1/customers", times: 10, status: 503))
        {
            var failure = await Assert.ThrowsAsync<RpcException>(() => DeleteAsync());
            Assert.Equal((StatusCode.Unavailable, "service_unavailable"), (failure.StatusCode, failure.ErrorCode()));
        }
        // No card is charged in the meantime.
        Assert.Equal("off", (await stack.AutoTopupAsync(_user)).Text("state"));
        await DeletedAsync();
    }

    // Events of the payment that are still to be handled come first: the call is to be repeated then.
    private Task DeletedAsync() => Eventually.BecomesAsync(DeleteAsync, waitsFor => waitsFor.Length == 0, "nothing waits");

    private async Task<string> DeleteAsync() => (await new Client(stack.Payments.Invoker())
        .DeleteUserAsync(new DeleteUserRequest { UserId = $"{_user}" })).WaitsFor;
}
