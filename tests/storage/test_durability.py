from __future__ import annotations

FULL, NORMAL = 2, 1


def synchronous(uow) -> int:
    return uow._connection.exec_driver_sql("PRAGMA synchronous").scalar_one()


def test_a_durable_transaction_is_on_the_disk_when_it_has_committed(database):
    with database.write(durable=True) as uow:
        assert synchronous(uow) == FULL


def test_other_transactions_wait_for_no_disk(database):
    with database.write(durable=True) as uow:
        uow.set_value("key", "durable")
        uow.commit()
    with database.write() as uow:
        assert synchronous(uow) == NORMAL
    with database.read() as uow:
        assert synchronous(uow) == NORMAL
        assert uow.get_value("key") == "durable"


def test_durable_and_other_transactions_see_each_other_at_once(database):
    for number in range(6):
        with database.write(durable=number % 2 == 0) as uow:
            assert uow.get_value("count") == (str(number - 1) if number else None)
            uow.set_value("count", str(number))
            uow.commit()
