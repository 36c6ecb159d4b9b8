// Logs in, pays and captures; what is wrong here does not compile.
import { authClient, paymentsClient } from "./index.js";

export async function pay(email: string, password: string, amount: number): Promise<string> {
  const auth = authClient({ baseUrl: "http://127.0.0.1:8001" });
  const login = await auth.POST("/v1/auth/login", { body: { email, password } });
  if (login.error) throw new Error(login.error.title);

  const payments = paymentsClient({
    baseUrl: "http://127.0.0.1:8002",
    headers: { Authorization: `Bearer ${login.data.access_token}` },
  });
  const customer = await payments.POST("/v1/customers");
  if (customer.error) throw new Error(customer.error.title);

  const intent = await payments.POST("/v1/payment_intents", {
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
    body: { customer: customer.data.id, amount, currency: "CHF", payment_method: "pm_fake_ok" },
  });
  if (intent.error) throw new Error(intent.error.title);

  const path = { payment_intent_id: intent.data.id };
  const confirmed = await payments.POST("/v1/payment_intents/{payment_intent_id}/confirm", {
    params: { path, header: { "Idempotency-Key": crypto.randomUUID() } },
    body: {},
  });
  if (confirmed.error) throw new Error(confirmed.error.title);
  return confirmed.data.status;
}
