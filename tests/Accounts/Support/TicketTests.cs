using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Users write to support and read the answers; what others wrote is not theirs.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class TicketTests(OperatorsFixture operators)
{
    private const string Path = "/api/support/tickets";
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _email = AccountsFixture.NewEmail();

    [Fact]
    public async Task A_ticket_is_confirmed_to_its_writer_and_told_to_the_operators()
    {
        var user = await operators.Accounts.CreateAccountAsync(_email);
        var (status, ticket) = await SendAsync(user, new { subject = " Export  failed ", message = "First <line>\r\n\r\nSecond line" });
        var id = ticket.GetProperty("ticket_id").GetGuid();
        Assert.Equal((201, "Export  failed", "open", _email),
            (status, ticket.GetProperty("subject").GetString(), ticket.GetProperty("status").GetString(),
                ticket.GetProperty("email").GetString()));
        Assert.Equal(["user First <line>\n\nSecond line"], Messages(ticket));
        Assert.Equal(ticket.GetRawText(), (await TicketAsync(user, id)).GetRawText());

        var received = await MailAsync(_email, 1);
        Assert.Contains($"{id}", received.GetProperty("text").GetString(), StringComparison.Ordinal);
        // Anyone can name another's address.
        Assert.DoesNotContain("line", received.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Export", received.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("1 open of 1", await AlertsAsync(id));
        // Another test may have had something told just now.
        operators.Accounts.Clock.Advance(TimeSpan.FromMinutes(31));
        await operators.Accounts.AlertAsync();
        var notice = await Eventually.BecomesAsync(
            async () => (await operators.Accounts.MailsAsync(AccountsFixture.AdminEmail))
                .SingleOrDefault(mail => mail.GetProperty("text").GetString()!.Contains($"{id}", StringComparison.Ordinal)),
            mail => mail.ValueKind == JsonValueKind.Object, "the operators are told");
        Assert.Contains($"Ticket {id} waits for an answer", notice.GetProperty("text").GetString(), StringComparison.Ordinal);
        // What was written is for operators who ask for it: alerts are posted elsewhere too.
        Assert.DoesNotContain("First", notice.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Export", notice.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_goes_to_the_writer_by_mail_and_a_reply_opens_the_ticket_again()
    {
        var id = await OpenAsync();
        await MailAsync(_email, 1);
        var key = $"{Guid.NewGuid()}";
        var answer = new { message = "It works again.\nTry it.", reason = "The export was repeated." };
        var (status, act) = await operators.SendAsync(
            HttpMethod.Post, $"/api/admin/tickets/{id}/answer", operators.Support, "support", answer, key);
        var again = await operators.SendAsync(
            HttpMethod.Post, $"/api/admin/tickets/{id}/answer", operators.Support, "support", answer, key);
        Assert.Equal((200, 200, act.GetRawText()), (status, again.Status, again.Body.GetRawText()));

        var mail = await MailAsync(_email, 2);
        Assert.Equal("Answer: Help", mail.GetProperty("subject").GetString());
        Assert.Contains("It works again.\n\nTry it.\n\nReply: https://app.example.com/support.html", mail.GetProperty("text").GetString(),
            StringComparison.Ordinal);
        var ticket = await TicketAsync(_user, id);
        Assert.Equal("answered", ticket.GetProperty("status").GetString());
        Assert.Equal(["user Please.", "support It works again.\nTry it."], Messages(ticket));
        Assert.Equal(
            """ticket_answered 1 {"status":"open"} {"status":"answered"}""", await operators.EntriesAsync($"target = '{id}'"));

        Assert.Equal("0 open of 1", await AlertsAsync(id));
        var (replied, reopened) = await SendAsync(_user, new { message = "Thank you." }, $"{Path}/{id}/messages");
        Assert.Equal((200, "open"), (replied, reopened.GetProperty("status").GetString()));
        Assert.Equal("1 open of 2", await AlertsAsync(id));
        // Once until it is answered.
        await SendAsync(_user, new { message = "And one more." }, $"{Path}/{id}/messages");
        Assert.Equal("1 open of 2", await AlertsAsync(id));
    }

    [Fact]
    public async Task A_request_whose_response_was_not_stored_is_done_once()
    {
        var (opening, reply, answer) = ($"{Guid.NewGuid()}", $"{Guid.NewGuid()}", $"{Guid.NewGuid()}");
        var id = Guid.Empty;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var (status, ticket) = await SendAsync(_user, New(_email), key: opening);
            Assert.Equal(201, status);
            Assert.True(id == Guid.Empty || id == ticket.GetProperty("ticket_id").GetGuid());
            id = ticket.GetProperty("ticket_id").GetGuid();
            Assert.Equal(200, (await SendAsync(_user, new { message = "More." }, $"{Path}/{id}/messages", reply)).Status);
            Assert.Equal(200, (await operators.ActAsync(
                $"/api/admin/tickets/{id}/answer", new { message = "Done.", reason = "r" }, answer)).Status);
            Assert.Equal(3, await operators.Database.ScalarAsync<long>(
                $"""
                with lost as (
                    update idempotency_records
                    set status = null, content_type = null, location = null, body = null, leased_until = '2000-01-01'
                    where key in ('{opening}', '{reply}', '{answer}') returning 1)
                select count(*) from lost
                """));
        }
        Assert.Equal(["user Please.", "user More.", "support Done."], Messages(await TicketAsync(_user, id)));
        Assert.Single(await ListAsync(_user));
        Assert.Equal(2, await operators.Database.ScalarAsync<long>($"select count(*) from mails where recipient = '{_email}'"));
    }

    [Fact]
    public async Task A_closed_ticket_sends_no_mail_and_is_listed_as_closed()
    {
        var id = await OpenAsync();
        Assert.Equal(200, (await operators.ActAsync($"/api/admin/tickets/{id}/close", new { reason = "Spam." })).Status);
        Assert.Equal("0 open of 1", await AlertsAsync(id));
        Assert.Equal("closed", (await TicketAsync(_user, id)).GetProperty("status").GetString());
        Assert.Equal("""ticket_closed 1 {"status":"open"} {"status":"closed"}""", await operators.EntriesAsync($"target = '{id}'"));
        Assert.Equal(1, await operators.Database.ScalarAsync<long>($"select count(*) from mails where recipient = '{_email}'"));
        var closed = (await operators.GetAsync("/api/admin/tickets?status=closed&limit=1")).Body.GetProperty("tickets")[0];
        Assert.Equal((id, _user, false), (closed.GetProperty("ticket_id").GetGuid(), closed.GetProperty("uid").GetGuid(),
            closed.GetProperty("has_account").GetBoolean()));
    }

    [Fact]
    public async Task A_ticket_of_another_user_does_not_exist_and_one_of_a_joined_user_does()
    {
        var id = await OpenAsync();
        var account = await operators.Accounts.CreateAccountAsync(AccountsFixture.NewEmail());
        await NotFoundAsync(account, id);
        await operators.Database.ExecuteAsync(
            $"""
            insert into wallet_joins (from_user_id, into_user_id, state, attempts, created_at, due_at, ended_at)
            values ('{_user}', '{account}', 1, 1, now(), now(), now())
            """);
        Assert.Equal(id, (await TicketAsync(account, id)).GetProperty("ticket_id").GetGuid());
        Assert.Equal(id, (await ListAsync(account)).Single().GetProperty("ticket_id").GetGuid());
        await NotFoundAsync(Guid.NewGuid(), id);
        await NotFoundAsync(_user, Guid.NewGuid());
    }

    [Fact]
    public async Task Invalid_tickets_are_rejected_and_change_nothing()
    {
        var account = await operators.Accounts.CreateAccountAsync(_email);
        await InvalidAsync(_user, "subject", new { message = "m", email = _email });
        await InvalidAsync(_user, "subject", new { subject = "a\nb", message = "m", email = _email });
        await InvalidAsync(_user, "subject", new { subject = new string('s', 201), message = "m", email = _email });
        await InvalidAsync(_user, "message", new { subject = "s", message = " \n ", email = _email });
        await InvalidAsync(_user, "message", new { subject = "s", message = new string('m', 5001), email = _email });
        await InvalidAsync(_user, "message", new { subject = "s", message = "\u0007", email = _email });
        await InvalidAsync(_user, "email", new { subject = "s", message = "m" });
        await InvalidAsync(_user, "email", new { subject = "s", message = "m", email = "a@b" });
        await InvalidAsync(account, "email", new { subject = "s", message = "m", email = _email });
        Assert.Empty(await ListAsync(_user));
        Assert.Empty(await ListAsync(account));
        Assert.Empty(await operators.Accounts.MailsAsync(_email));
        Assert.Equal(400, (await operators.GetAsync("/api/admin/tickets?status=new")).Status);
        Assert.Equal(404, (await operators.GetAsync($"/api/admin/tickets/{Guid.NewGuid()}")).Status);
        var id = await OpenAsync();
        Assert.Equal(400, (await operators.ActAsync($"/api/admin/tickets/{id}/answer", new { reason = "r" })).Status);
        Assert.Equal(404, (await operators.ActAsync($"/api/admin/tickets/{Guid.NewGuid()}/close", new { reason = "r" })).Status);
        Assert.Equal("", await operators.EntriesAsync($"target = '{id}'"));
    }

    [Fact]
    public async Task A_user_and_an_address_have_five_tickets_a_day()
    {
        // At once: none of them sees the others without a lock.
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(_user, New(AccountsFixture.NewEmail()))));
        Assert.Equal((5, 3), (opened.Count(one => one.Status == 201), opened.Count(one => one.Status == 429)));
        Assert.All(opened.Where(one => one.Status == 429), one => Assert.Equal("ticket_limited", one.Body.GetProperty("code").GetString()));

        var strangers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(Guid.NewGuid(), New(_email))));
        Assert.Equal((5, 3), (strangers.Count(one => one.Status == 201), strangers.Count(one => one.Status == 429)));
    }

    [Fact]
    public async Task A_client_without_a_session_writes_to_as_many_addresses_as_it_may_have_links()
    {
        const string Client = "203.0.113.77";
        // At once, each as a new user and to another address, as without a cookie. The test's limit is 6; one is a link's.
        using var link = await operators.Accounts.AskAsync(Guid.NewGuid(), _email, client: Client);
        Assert.Equal(202, (int)link.StatusCode);
        var opened = await Task.WhenAll(Enumerable.Range(0, 9)
            .Select(_ => SendAsync(Guid.NewGuid(), New(AccountsFixture.NewEmail()), client: Client)));
        Assert.Equal((5, 4), (opened.Count(one => one.Status == 201), opened.Count(one => one.Status == 429)));
        Assert.All(opened.Where(one => one.Status == 429), one => Assert.Equal("ticket_limited", one.Body.GetProperty("code").GetString()));
        using var another = await operators.Accounts.AskAsync(Guid.NewGuid(), AccountsFixture.NewEmail(), client: Client);
        Assert.Equal(429, (int)another.StatusCode);

        // A mail to the own account bothers nobody else.
        var account = await operators.Accounts.CreateAccountAsync(_email);
        Assert.Equal(201, (await SendAsync(account, new { subject = "Help", message = "Please." }, client: Client)).Status);
        Assert.Equal(201, (await SendAsync(Guid.NewGuid(), New(AccountsFixture.NewEmail()), client: "203.0.113.78")).Status);
        Assert.Equal(5, await CountAsync(Client));
    }

    [Fact]
    public async Task The_address_that_a_ticket_came_from_is_kept_for_a_day()
    {
        const string Client = "203.0.113.79";
        var now = operators.Accounts.Clock.GetUtcNow();
        Assert.Equal(201, (await SendAsync(_user, New(_email), client: Client)).Status);
        Assert.Equal(201, (await SendAsync(_user, New(_email), client: Client)).Status);
        await operators.Database.ExecuteAsync(
            $"""
            update tickets set created_at = '{now.AddDays(-1).AddMinutes(-1):O}'
            where number = (select min(number) from tickets where client_address = '{Client}')
            """);
        using var worker = ActivatorUtilities.CreateInstance<OldTickets>(operators.App.Services);
        await worker.DeleteOldAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await CountAsync(Client));
        Assert.Equal(2, (await ListAsync(_user)).Count());
    }

    [Fact]
    public async Task A_full_ticket_takes_no_further_message()
    {
        var id = await OpenAsync();
        await operators.Database.ExecuteAsync(
            $"""
            insert into ticket_messages (message_id, ticket_id, text, created_at)
            select gen_random_uuid(), '{id}', 'm', now() from generate_series(2, {Ticket.MaxMessages})
            """);
        var (status, body) = await SendAsync(_user, new { message = "m" }, $"{Path}/{id}/messages");
        Assert.Equal((409, "ticket_full"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(409, (await operators.ActAsync($"/api/admin/tickets/{id}/answer", new { message = "m", reason = "r" })).Status);
    }

    [Fact]
    public async Task An_operator_who_is_none_any_more_answers_nothing()
    {
        var id = await OpenAsync();
        var former = await operators.CreateOperatorAsync(ServiceDefaults.Role.User);
        var (status, body) = await operators.SendAsync(HttpMethod.Post, $"/api/admin/tickets/{id}/answer", former, "support",
            new { message = "m", reason = "r" }, $"{Guid.NewGuid()}");
        Assert.Equal((404, "not_found"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(["user Please."], Messages(await TicketAsync(_user, id)));
        Assert.Equal("", await operators.EntriesAsync($"target = '{id}'"));
    }

    private static object New(string email) => new { subject = "Help", message = "Please.", email };

    private static IEnumerable<string> Messages(JsonElement ticket) => ticket.GetProperty("messages").EnumerateArray()
        .Select(message => $"{message.GetProperty("author").GetString()} {message.GetProperty("text").GetString()}");

    private async Task<Guid> OpenAsync()
    {
        var (status, body) = await SendAsync(_user, New(_email));
        Assert.Equal(201, status);
        return body.GetProperty("ticket_id").GetGuid();
    }

    private async Task<(int Status, JsonElement Body)> SendAsync(
        Guid user, object body, string path = "/api/support", string? key = null, string? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        if (client is not null)
        {
            request.Headers.Add(CallerAddress.HeaderName, client);
        }
        using var answer = await operators.App.CreateClient(user).SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<JsonElement> TicketAsync(Guid user, Guid id) =>
        await operators.App.CreateClient(user).GetFromJsonAsync<JsonElement>($"{Path}/{id}");

    private async Task<IEnumerable<JsonElement>> ListAsync(Guid user) =>
        (await operators.App.CreateClient(user).GetFromJsonAsync<JsonElement>(Path)).GetProperty("tickets").EnumerateArray();

    private async Task NotFoundAsync(Guid user, Guid id)
    {
        using var read = await operators.App.CreateClient(user).GetAsync($"{Path}/{id}");
        var (written, body) = await SendAsync(user, new { message = "m" }, $"{Path}/{id}/messages");
        Assert.Equal((404, 404, "ticket_not_found"), ((int)read.StatusCode, written, body.GetProperty("code").GetString()));
        Assert.DoesNotContain(await ListAsync(user), ticket => ticket.GetProperty("ticket_id").GetGuid() == id);
    }

    private async Task InvalidAsync(Guid user, string field, object body)
    {
        var (status, problem) = await SendAsync(user, body);
        Assert.Equal((400, "invalid_request"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private async Task<JsonElement> MailAsync(string email, int count) => (await Eventually.BecomesAsync(
        () => operators.Accounts.MailsAsync(email), mails => mails.Count == count, $"mail {count} arrives"))[^1];

    private Task<long> CountAsync(string client) => operators.Database.ScalarAsync<long>(
        $"select count(*) from tickets where client_address = '{client}'");

    private Task<string> AlertsAsync(Guid id) => operators.Database.ScalarAsync<string>(
        $"select count(*) filter (where ended_at is null) || ' open of ' || count(*) from alerts where subject = '{id}'");
}
