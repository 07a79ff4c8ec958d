namespace ReelBallers.Wallet.Data.Migrations;

// What the model cannot express.
public partial class HoldTransfers
{
    // A user has one hold per job, so its transfers are those of the job on the account of held credits (2).
    private const string NameTransfers = """
        UPDATE holds SET placed_sequence = known.placed, end_sequence = known.ended
        FROM (
            SELECT user_id, job_id, min(sequence) FILTER (WHERE credit_account = 2) AS placed,
                min(sequence) FILTER (WHERE debit_account = 2) AS ended
            FROM transfers WHERE 2 IN (credit_account, debit_account) GROUP BY user_id, job_id) AS known
        WHERE holds.user_id = known.user_id AND holds.job_id = known.job_id
        """;
}
